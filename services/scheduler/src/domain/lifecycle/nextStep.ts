import type { JobRecord, LeaseRecord } from "./marketState.ts";
import { shardsToPlace } from "./shards.ts";

/** What the scheduler should do about a job now. */
export type JobStep =
  | { kind: "done" }
  /** These shards want leases: all at once, or one that failed. */
  | { kind: "place"; shards: readonly number[] }
  /** A lease is live or waits for its last receipt. */
  | { kind: "wait_for_lease" }
  /** Nothing to do before this chain time, except that the buyer may countersign. */
  | { kind: "wait_for_buyer"; until: number }
  | { kind: "settle" };

export interface JobFacts {
  job: JobRecord;
  leases: readonly LeaseRecord[];
  /** How many parts the job runs in. */
  shards: number;
  /** From the escrow: the buyer countersigned everything booked so far. */
  accepted: boolean;
  /** Unix seconds of the chain. */
  now: number;
  /** Seconds that the workload needs at most, and that a node has to start it. */
  maxSeconds: number;
  startWindow: number;
}

/** The one decision about a job, from facts alone: whatever woke the scheduler, and however often, it decides the same. */
export function nextStep({ job, leases, shards: count, accepted, now, maxSeconds, startWindow }: JobFacts): JobStep {
  const { terms } = job;
  if (job.closed !== null) return { kind: "done" };
  if (now > terms.claimDeadline) return { kind: "settle" };
  const open = leases.filter((lease) => lease.state !== "closed");
  if (accepted && open.length === 0) return { kind: "settle" };
  const wanted = shardsToPlace(leases, count);
  // A failed shard goes on by itself; the others need not wait for it, nor it for a second one.
  const shards = leases.length === 0 ? wanted : wanted.slice(0, 1);
  const possible = leases.length + shards.length <= terms.maxLeases && now + startWindow + maxSeconds <= terms.leaseEnd;
  if (shards.length > 0 && possible && !accepted) return { kind: "place", shards };
  if (open.some((lease) => lease.state !== "ended")) return { kind: "wait_for_lease" };
  if (open.length > 0 && now <= terms.captureDeadline) return { kind: "wait_for_lease" };
  return { kind: "wait_for_buyer", until: terms.claimDeadline + 1 };
}
