const BPS = 10_000n;

/**
 * Seconds that the next lease of a job gets. The first one gets all that the workload asks for. After a failed lease, part of
 * the payment stays reserved for what that one may still prove; the next lease gets what the rest affords, as long as that is
 * at least half of what was asked for: a run that is sure to be cut off would only cost the buyer money.
 * @param left atomic units that are neither reserved nor spent
 * @returns undefined when there is not enough left
 */
export function leaseSeconds(offer: {
  left: bigint;
  pricePerSecond: bigint;
  feeBps: number;
  maxSeconds: number;
  minSeconds: number;
  isFirst: boolean;
}): number | undefined {
  const { left, pricePerSecond, feeBps, maxSeconds, minSeconds, isFirst } = offer;
  // The contract reserves price * seconds plus the fee on it, rounded down: never more than this division allows.
  const affordable =
    pricePerSecond === 0n ? BigInt(maxSeconds) : (left * BPS) / (pricePerSecond * (BPS + BigInt(feeBps)));
  const seconds = affordable < BigInt(maxSeconds) ? Number(affordable) : maxSeconds;
  const least = isFirst ? maxSeconds : Math.max(minSeconds, Math.ceil(maxSeconds / 2));
  return seconds >= least && seconds > 0 ? seconds : undefined;
}
