/** How often an asset's leases ended well, of those that ended by the work or by the provider's fault. */
export interface Outcomes {
  completed: number;
  failed: number;
}

/**
 * Share of leases that the next one should be expected to complete, 0 to 1, by Laplace's rule of succession: one success out of one
 * is no better than 99 of 100, and an asset without a lease stands between those that keep their word and those that do not.
 * @example reliabilityOf({ completed: 98, failed: 0 }) // 0.99
 */
export function reliabilityOf({ completed, failed }: Outcomes): number {
  return (completed + 1) / (completed + failed + 2);
}
