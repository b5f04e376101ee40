import { join } from "node:path";
import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { runProgram } from "../build/runProgram.ts";
import { runWhenChanged } from "../build/runWhenChanged.ts";
import { checkoutRoot } from "../checkout.ts";
import type { Say } from "../cli/say.ts";

const bin = (name: string) => join(checkoutRoot, "node_modules", ".bin", name);
const upToDate = "up to date";

/** Builds what a market runs from: proving artifacts, contracts, database client. Each only when its sources changed. */
export async function buildMarket(say: Say): Promise<void> {
  await say.step("Proving keys", async () => {
    const built = await Promise.all([
      buildArtifacts(),
      buildArtifacts({ circuits: ["publicDigits", "privateDigits"] }),
    ]);
    return built.some(({ rebuilt }) => rebuilt) ? "built, match circuits/artifacts.lock.json" : upToDate;
  });
  await say.step("Contracts", async () => {
    const ran = await runWhenChanged(
      {
        name: "contracts",
        inputs: ["contracts/src", "hardhat.config.ts", "pnpm-lock.yaml"],
        output: "artifacts/contracts",
      },
      () => runProgram("hardhat-build", bin("hardhat"), ["build", "--no-tests"]),
    );
    return ran ? "compiled" : upToDate;
  });
  await say.step("Database client", async () => {
    const ran = await runWhenChanged(
      {
        name: "prisma",
        inputs: ["prisma/schema.prisma", "prisma.config.ts", "pnpm-lock.yaml"],
        output: "services/scheduler/src/adapters/db/generated",
      },
      () => runProgram("prisma-generate", bin("prisma"), ["generate"]),
    );
    return ran ? "generated" : upToDate;
  });
}

/** Builds the dApp; one build serves every market. */
export async function buildWeb(say: Say): Promise<void> {
  await say.step("dApp", async () => {
    const ran = await runWhenChanged(
      { name: "web", inputs: ["apps/web", "packages/shared/src", "pnpm-lock.yaml"], output: "apps/web/.next/BUILD_ID" },
      () =>
        runProgram("next-build", join(checkoutRoot, "apps/web/node_modules/.bin/next"), ["build", "apps/web"], {
          ...process.env,
          NEXT_TELEMETRY_DISABLED: "1",
        }),
    );
    return ran ? "built" : upToDate;
  });
}
