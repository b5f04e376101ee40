import type { JobSummary } from "@gristmill/shared/api/views";
import type { MarketReads } from "../../application/marketReads.ts";
import type { Principal } from "./access/principal.ts";

/** Jobs of the wallet that signed in and those that its client paid for, newest first. */
export async function jobsOfPrincipal(principal: Principal, reads: MarketReads): Promise<JobSummary[]> {
  if (principal.kind === "anyone") return [];
  const own = principal.address === null ? [] : await reads.jobsOf(principal.address);
  const known = new Set(own.map(({ jobId }) => jobId));
  const paid = await Promise.all(principal.jobs.filter((jobId) => !known.has(jobId)).map(reads.job));
  const more = paid
    .filter((job) => job !== undefined)
    .map(({ jobId, status, detail, createdAt, workload, money }) => {
      return { jobId, status, detail, createdAt, image: workload.image, money };
    });
  return [...own, ...more].sort((a, b) => b.createdAt - a.createdAt);
}
