import { outputManifestSchema } from "@gristmill/shared/receipt/output";
import type { Log, OutputManifests } from "../../application/ports.ts";
import type { ArtifactGrants } from "./artifactGrants.ts";
import type { ArtifactStore } from "./artifactStore.ts";

/** Larger ones are no output manifests: their schema bounds them. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Output manifests among the artifacts: the commitment is the sha256 of the manifest's text. */
export function createOutputManifests(
  artifacts: ArtifactStore,
  grants: Pick<ArtifactGrants, "isOutputOf">,
  log: Log,
): OutputManifests {
  return {
    async byCommitment(commitment, jobId) {
      // Commitments are public: a node could commit to another job's, and show its buyer that one's files.
      if (!(await grants.isOutputOf(commitment.slice(2), jobId))) return null;
      const found = await artifacts.open(commitment.slice(2));
      if (found === undefined || found.bytes > MAX_BYTES) {
        found?.content.destroy();
        return null;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of found.content) chunks.push(Buffer.from(chunk as Uint8Array));
      try {
        return outputManifestSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
      } catch (error) {
        // Signed by the node and committed on chain, and yet not a manifest: the node's fault, not this page's.
        log.warn({ commitment, error: String(error) }, "an output commitment names something that is no manifest");
        return null;
      }
    },
  };
}
