import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import hre from "hardhat";

/** Compiles what changed, and says so when the circuit was not built: the tests make real proofs. */
export default async function buildFirst(): Promise<void> {
  const key = usageProverArtifacts().verificationKey;
  if (!existsSync(key)) throw new Error(`no ${key}: run "node circuits/scripts/build.ts" first`);
  await hre.tasks.getTask("build").run({ quiet: true });
  const market = fileURLToPath(new URL("../../../artifacts/contracts/src/market/Marketplace.sol", import.meta.url));
  if (!existsSync(market)) throw new Error("the build left no artifacts");
}
