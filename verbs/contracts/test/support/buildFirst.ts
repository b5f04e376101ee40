import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import hre from "hardhat";

/** Vitest global setup: proving artifacts if they are missing, then the contracts if they changed. */
export default async function buildFirst(): Promise<void> {
  await buildArtifacts({ onStep: (line) => process.stdout.write(`circuits: ${line}\n`) });
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}
