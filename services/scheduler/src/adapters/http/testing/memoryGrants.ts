import type { ArtifactGrants } from "../../artifact/artifactGrants.ts";
import type { MemoryMarket } from "./memoryMarket.ts";

/** Rights to artifacts in memory, for tests of the surface alone. */
export function memoryGrants(memory: MemoryMarket): ArtifactGrants {
  const rows = new Set<string>();
  const grants: ArtifactGrants = {
    async noteUpload(sha256, by, _now) {
      for (const grantee of "job" in by
        ? [by.as === "checkpoint" ? `checkpoint:${by.job}` : by.job]
        : ["upload", by.wallet])
        rows.add(`${sha256} ${grantee}`);
    },
    isOrderable: async (sha256) => rows.has(`${sha256} upload`),
    isOutputOf: async (sha256, jobId) => rows.has(`${sha256} ${jobId}`),
    isInputOf: async (sha256, jobId) =>
      memory.jobs.get(jobId)?.workload.inputs.some((input) => input.sha256 === sha256) ?? false,
    isCheckpointOf: async (sha256, jobId) => rows.has(`${sha256} checkpoint:${jobId}`),
    isOfJob: async (sha256, jobId) =>
      (await grants.isOutputOf(sha256, jobId)) ||
      (await grants.isInputOf(sha256, jobId)) ||
      (await grants.isCheckpointOf(sha256, jobId)),
    isOfWallet: async (sha256, wallet) => {
      if (rows.has(`${sha256} ${wallet}`)) return true;
      for (const job of memory.jobs.values()) {
        if (job.terms.buyer === wallet && (await grants.isOfJob(sha256, job.jobId))) return true;
      }
      return false;
    },
  };
  return grants;
}
