import type { JobView, PublicJob } from "@gristmill/shared/api/views";

/** What anybody may know of a job: named field by field, so that a new field stays private until somebody decides. */
export function publicJobOf(job: JobView): PublicJob {
  const { jobId, status, terms, vault, createdAt, leases, shards, receipts, transactions, money, spent, notary } = job;
  const timeline = job.timeline.map(({ status, at, txHash }) => ({ status, at, txHash }));
  return {
    jobId,
    status,
    terms,
    vault,
    createdAt,
    timeline,
    leases,
    shards,
    receipts,
    transactions,
    money,
    spent,
    notary,
  };
}
