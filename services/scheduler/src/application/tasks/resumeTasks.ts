import type { JobId } from "@gristmill/shared/ids/ids";
import { type Address, isAddressEqual } from "viem";
import type { MarketState } from "../../domain/lifecycle/marketState.ts";
import type { TaskQueue } from "../ports.ts";

/** After a start: looks at every open job and live lease again, so that a queue that lost everything does no harm. */
export async function resumeTasks(after: {
  state: MarketState;
  /** Orders whose vault may still be paid. */
  unfunded: readonly JobId[];
  scheduler: Address;
  queue: TaskQueue;
}): Promise<void> {
  const { state, unfunded, scheduler, queue } = after;
  for (const jobId of unfunded) {
    if (!state.jobs.has(jobId)) await queue.add("sweepVault", { jobId });
  }
  for (const job of state.jobs.values()) {
    if (job.closed !== null || !isAddressEqual(job.terms.scheduler, scheduler)) continue;
    await queue.add("relayAcceptance", { jobId: job.jobId });
    await queue.add("advanceJob", { jobId: job.jobId });
    for (const leaseId of job.leaseIds) {
      const lease = state.leases.get(leaseId);
      if (lease?.state === "assigned" || lease?.state === "started") await queue.add("watchLease", { leaseId });
    }
  }
}
