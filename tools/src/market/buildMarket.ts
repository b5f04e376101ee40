import { join } from "node:path";
import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { runProgram } from "../build/runProgram.ts";
import { runWhenChanged } from "../build/runWhenChanged.ts";
import { millDir } from "../checkout.ts";
import type { Reporter } from "./reporter.ts";

const upToDate = "up to date";

/** Builds what a market runs from: proving artifacts, contracts, database client. Each only when its sources changed. */
export async function buildMarket(reporter: Reporter): Promise<void> {
  await reporter.step("Proving keys", async (say) => {
    const artifacts = await buildArtifacts({ onStep: say });
    return artifacts.rebuilt ? "built, match circuits/artifacts.lock.json" : upToDate;
  });
  await reporter.step("Contracts", async () => {
    const ran = await runWhenChanged(
      {
        name: "contracts",
        inputs: ["contracts/src", "hardhat.config.ts", "pnpm-lock.yaml"],
        output: "artifacts/contracts",
      },
      () => runProgram("hardhat-build", "hardhat", ["build"]),
    );
    return ran ? "compiled" : upToDate;
  });
  await reporter.step("Database client", async () => {
    const ran = await runWhenChanged(
      {
        name: "prisma",
        inputs: ["prisma/schema.prisma", "prisma.config.ts", "pnpm-lock.yaml"],
        output: "services/scheduler/src/adapters/db/generated",
      },
      () => runProgram("prisma-generate", "prisma", ["generate"]),
    );
    return ran ? "generated" : upToDate;
  });
}

/** Builds the dApp; one build serves every market. */
export async function buildWeb(reporter: Reporter): Promise<void> {
  await reporter.step("dApp", async () => {
    const ran = await runWhenChanged(
      { name: "web", inputs: ["apps/web", "packages/shared/src", "pnpm-lock.yaml"], output: "apps/web/.next/BUILD_ID" },
      () =>
        runProgram("next-build", "next", ["build", join("apps", "web")], {
          ...process.env,
          NEXT_TELEMETRY_DISABLED: "1",
        }),
    );
    return ran ? "built" : upToDate;
  });
}

/** Folder of the running market's own data. */
export const marketDir = join(millDir, "market");
