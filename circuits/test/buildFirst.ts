import { buildArtifacts } from "../scripts/build.ts";
import { readCircuitList } from "../scripts/setup/circuitList.ts";

/** Vitest global setup: the tests run on the locked artifacts of every circuit, built if they are missing. */
export default async function buildFirst(): Promise<void> {
  const circuits = readCircuitList().map(({ name }) => name);
  await buildArtifacts({ circuits, onStep: (line) => process.stdout.write(`circuits: ${line}\n`) });
}
