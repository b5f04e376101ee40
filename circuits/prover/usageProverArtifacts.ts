import { type ProverArtifacts, proverArtifacts } from "./proverArtifacts.ts";

/** The usage circuit's files in this checkout, with their locked hashes. Build them first: `buildArtifacts`. */
export function usageProverArtifacts(): ProverArtifacts {
  return proverArtifacts("usage");
}
