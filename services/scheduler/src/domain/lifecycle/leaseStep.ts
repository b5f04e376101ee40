import type { EndReason } from "@gristmill/shared/lease/leaseState";
import type { LeaseRecord } from "./marketState.ts";

export type LeaseStep =
  | { kind: "done" }
  | { kind: "wait"; until: number }
  | { kind: "end"; reason: EndReason }
  | { kind: "refund" };

/**
 * Whether the scheduler should end a lease: it never started, its node is lost, or its time is over.
 * @param nodeLost heartbeats stopped for longer than the grace
 * @param paidByAnswer only a proof of its answer pays it: nobody but its node ends it before its time, and then all goes back
 * @param now unix seconds of the chain
 */
export function leaseStep(
  lease: LeaseRecord,
  nodeLost: boolean,
  now: number,
  startWindow: number,
  paidByAnswer = false,
): LeaseStep {
  switch (lease.state) {
    case "assigned": {
      const deadline = lease.assignedAt + startWindow;
      if (nodeLost || now > deadline) return { kind: "end", reason: "never_started" };
      return { kind: "wait", until: deadline + 1 };
    }
    case "started":
      if (paidByAnswer) return now > lease.endsAt ? { kind: "refund" } : { kind: "wait", until: lease.endsAt + 1 };
      // Time over comes first: a node that finished its time is not at fault for leaving.
      if (now >= lease.endsAt) return { kind: "end", reason: "expired" };
      if (nodeLost) return { kind: "end", reason: "node_lost" };
      return { kind: "wait", until: lease.endsAt };
    case "ended":
      return paidByAnswer ? { kind: "refund" } : { kind: "done" };
    case "none":
    case "closed":
      return { kind: "done" };
  }
}
