/** Seconds a node has to start an assigned lease: `Leases.startWindow` of the market contract. */
export const START_WINDOW_SECONDS = 600;

/**
 * When a lease assigned at `now` ends at the latest, as the contract computes it: listing, attestation and the job's
 * `leaseEnd` must all reach that far.
 * @param now unix seconds of the chain
 */
export function latestLeaseEnd(now: number, maxSeconds: number): number {
  return now + START_WINDOW_SECONDS + maxSeconds;
}
