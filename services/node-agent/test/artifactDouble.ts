import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ArtifactStore } from "../src/application/ports.ts";

/** Keeps the hashes of what is stored. */
export function artifactDouble(): Pick<ArtifactStore, "store"> & { kept: string[] } {
  const kept: string[] = [];
  return {
    kept,
    async store(_leaseId, content) {
      const bytes = "text" in content ? Buffer.from(content.text) : readFileSync(content.file);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      kept.push(sha256);
      return { sha256, bytes: bytes.length };
    },
  };
}
