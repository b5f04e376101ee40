import type { JobView } from "@gristmill/shared/api/views";
import type { Terms } from "@gristmill/shared/job/terms";

/** How the buyer's money can leave the escrow now, by the contracts alone. Times are unix seconds of the chain. */
export type JobExit =
  | { kind: "closed" }
  /** Before this time only the buyer's acceptance closes the job. */
  | { kind: "wait"; opensAt: number }
  /** The market closes it. */
  | { kind: "settle" }
  /** The escrow closes it without the market. */
  | { kind: "reclaim" };

/** @param now unix seconds of the chain */
export function jobExit(
  { terms, money }: { terms: Pick<Terms, "claimDeadline" | "reclaimAt">; money: Pick<JobView["money"], "closed"> },
  now: number,
): JobExit {
  if (money.closed) return { kind: "closed" };
  if (now >= terms.reclaimAt) return { kind: "reclaim" };
  return now > terms.claimDeadline ? { kind: "settle" } : { kind: "wait", opensAt: terms.claimDeadline + 1 };
}
