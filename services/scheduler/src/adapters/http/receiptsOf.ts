import type { JobView, ReceiptView } from "@gristmill/shared/api/views";
import { type Listing, newestFirst } from "../../domain/page/pageOf.ts";

/** A job's receipts as a list, newest first. */
export function receiptsOf({
  jobId,
  leases,
  receipts,
}: Pick<JobView, "jobId" | "leases" | "receipts">): Listing<ReceiptView> {
  const startOf = new Map<string, number>(leases.map(({ leaseId, assignedAt }) => [leaseId, assignedAt]));
  // Leases of a job follow one another, receipts of a lease are numbered: no two stand in the same place.
  return newestFirst(`receipts ${jobId}`, receipts, {
    at: ({ leaseId, sequence }) => (startOf.get(leaseId) ?? 0) * SEQUENCES + sequence,
    id: ({ leaseId }) => leaseId,
  });
}

/** More than a lease has receipts; a time in seconds times this is still a whole number of a double. */
const SEQUENCES = 1_000_000;
