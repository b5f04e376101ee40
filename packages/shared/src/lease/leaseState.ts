import { z } from "zod";

/** States of a lease, in the contract's order (`IMarketTypes.LeaseState`). */
export const leaseStates = ["none", "assigned", "started", "ended", "closed"] as const;
export const leaseStateSchema = z.enum(leaseStates);
export type LeaseState = z.infer<typeof leaseStateSchema>;

/** Why a lease ended, in the contract's order (`IMarketTypes.EndReason`). */
export const endReasons = [
  "none",
  "completed",
  "failed",
  "stopped_by_buyer",
  "never_started",
  "node_lost",
  "expired",
  "evicted",
] as const;
export const endReasonSchema = z.enum(endReasons);
export type EndReason = z.infer<typeof endReasonSchema>;

/** Who a reason can be laid at. */
export const endCauseSchema = z.enum(["nobody", "buyer", "provider", "network"]);
export type EndCause = z.infer<typeof endCauseSchema>;

/** Who a reason is laid at. */
export const endReasonCause = {
  none: "nobody",
  completed: "nobody",
  failed: "buyer",
  stopped_by_buyer: "buyer",
  never_started: "provider",
  node_lost: "provider",
  expired: "nobody",
  evicted: "provider",
} as const satisfies Record<EndReason, EndCause>;

export type LeaseEvent = "assign" | "start" | "end" | "close";

/**
 * The lease machine of the contract. Undefined: the event is refused in that state.
 * `close` on a started lease also ends it (a last receipt).
 */
export function transition(state: LeaseState, event: LeaseEvent): LeaseState | undefined {
  switch (event) {
    case "assign":
      return state === "none" ? "assigned" : undefined;
    case "start":
      return state === "assigned" ? "started" : undefined;
    case "end":
      return state === "assigned" || state === "started" ? "ended" : undefined;
    case "close":
      return state === "started" || state === "ended" ? "closed" : undefined;
  }
}
