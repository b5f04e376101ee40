import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { readCircuitList } from "@gristmill/circuits/scripts/setup/circuitList";
import hre from "hardhat";

/** Vitest global setup: proving artifacts if they are missing, then the contracts if they changed. */
export default async function buildFirst(): Promise<void> {
  const wanted = readCircuitList().filter(({ name, onDemand }) => !onDemand || name === "publicDigits");
  await buildArtifacts({
    circuits: wanted.map(({ name }) => name),
    onStep: (line) => process.stdout.write(`circuits: ${line}\n`),
  });
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}
