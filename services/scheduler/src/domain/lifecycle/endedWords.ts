import type { EndReason } from "@gristmill/shared/lease/leaseState";

/** Why a lease ended, in the buyer's words. */
export const endedWords: Readonly<Record<EndReason, string>> = {
  none: "",
  completed: "The work is finished.",
  failed: "The workload ended with an error.",
  stopped_by_buyer: "You stopped the job.",
  never_started: "The node did not start the job.",
  node_lost: "The node was lost.",
  expired: "The lease's time ran out.",
  evicted: "The provider took the machine back, after the notice it had posted.",
};
