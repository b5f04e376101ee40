import { circuitArtifacts } from "../scripts/setup/artifacts.ts";
import type { UsageProverArtifacts } from "./createUsageProver.ts";

/** The usage circuit's files in this checkout, with their locked hashes. Build them first: `buildArtifacts`. */
export function usageProverArtifacts(): UsageProverArtifacts {
  const { files, sha256 } = circuitArtifacts("usage");
  return {
    wasm: files.wasm,
    zkey: files.zkey,
    verificationKey: files.verificationKey,
    sha256: { wasm: sha256.wasm, zkey: sha256.zkey, verificationKey: sha256.verificationKey },
  };
}
