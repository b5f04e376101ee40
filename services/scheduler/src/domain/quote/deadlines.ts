/** Seconds between a quote and the last moment at which a lease may begin: time to pay, to place, and to fail over. */
export const PLACEMENT_ALLOWANCE_SECONDS = 3600;

/** What each gap exceeds the market's window by, so that no clock rounding makes the escrow refuse the terms. */
const GAP_MARGIN_SECONDS = 60;

/** A job's deadlines in the order that the escrow demands (rule of money 4), unix seconds of the chain. */
export interface Deadlines {
  leaseEnd: number;
  captureDeadline: number;
  claimDeadline: number;
  reclaimAt: number;
}

/**
 * @param now unix seconds of the chain
 * @param windowSeconds least gap between two deadlines
 * @param deadline the buyer's own end of every lease, when it comes earlier
 */
export function deadlines(
  now: number,
  maxSeconds: number,
  windowSeconds: number,
  deadline = Number.MAX_SAFE_INTEGER,
): Deadlines {
  const gap = windowSeconds + GAP_MARGIN_SECONDS;
  const leaseEnd = Math.min(deadline, now + maxSeconds + PLACEMENT_ALLOWANCE_SECONDS);
  return {
    leaseEnd,
    captureDeadline: leaseEnd + gap,
    claimDeadline: leaseEnd + 2 * gap,
    reclaimAt: leaseEnd + 3 * gap,
  };
}
