import { buildArtifacts } from "../scripts/build.ts";

/** Vitest global setup: the tests run on the locked artifacts, built if they are missing. */
export default async function buildFirst(): Promise<void> {
  await buildArtifacts({ onStep: (line) => process.stdout.write(`circuits: ${line}\n`) });
}
