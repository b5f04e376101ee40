import { circuitArtifacts } from "../scripts/setup/artifacts.ts";
import type { ProveRequest } from "./proverMessages.ts";

/** Files a prover uses, and the sha256 (hex) each must have. */
export type ProverArtifacts = ProveRequest["artifacts"];

/** A circuit's files in this checkout, with their locked hashes. Build them first: `buildArtifacts`. */
export function proverArtifacts(circuit: string): ProverArtifacts {
  const { files, sha256 } = circuitArtifacts(circuit);
  return {
    wasm: files.wasm,
    zkey: files.zkey,
    verificationKey: files.verificationKey,
    sha256: { wasm: sha256.wasm, zkey: sha256.zkey, verificationKey: sha256.verificationKey },
  };
}
