import type { JobRecord, LeaseRecord } from "./marketState.ts";
import { calledForAnother } from "./timeline.ts";

/** What the scheduler should do about a job now. */
export type JobStep =
  | { kind: "done" }
  | { kind: "place" }
  /** A lease is live or waits for its last receipt. */
  | { kind: "wait_for_lease" }
  /** Nothing to do before this chain time, except that the buyer may countersign. */
  | { kind: "wait_for_buyer"; until: number }
  | { kind: "settle" };

export interface JobFacts {
  job: JobRecord;
  leases: readonly LeaseRecord[];
  /** From the escrow: the buyer countersigned everything booked so far. */
  accepted: boolean;
  /** Unix seconds of the chain. */
  now: number;
  /** Seconds that the workload needs at most, and that a node has to start it. */
  maxSeconds: number;
  startWindow: number;
}

/** The one decision about a job, from facts alone: whatever woke the scheduler, and however often, it decides the same. */
export function nextStep({ job, leases, accepted, now, maxSeconds, startWindow }: JobFacts): JobStep {
  const { terms } = job;
  if (job.closed !== null) return { kind: "done" };
  if (now > terms.claimDeadline) return { kind: "settle" };
  const open = leases.filter((lease) => lease.state !== "closed");
  if (accepted && open.length === 0) return { kind: "settle" };
  if (open.some((lease) => lease.state !== "ended")) return { kind: "wait_for_lease" };
  const last = leases.at(-1);
  const wanted = last === undefined || calledForAnother(last);
  const possible = leases.length < terms.maxLeases && now + startWindow + maxSeconds <= terms.leaseEnd;
  if (wanted && possible && !accepted) return { kind: "place" };
  if (open.length > 0 && now <= terms.captureDeadline) return { kind: "wait_for_lease" };
  return { kind: "wait_for_buyer", until: terms.claimDeadline + 1 };
}
