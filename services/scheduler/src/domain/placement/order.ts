import type { Objective } from "@gristmill/shared/job/requirements";
import type { Facts } from "./facts.ts";

export type Order = (left: Facts, right: Facts) => number;

/**
 * Total orders, best first; equal assets stand by price, then by id. The time to start depends on the job too, so
 * `fastest_start` has none that an index could keep.
 */
export const orders: Readonly<Record<Exclude<Objective, "fastest_start">, Order>> = {
  cheapest: byPrice,
  best_value: (left, right) => {
    // performance / price, multiplied out so that nothing is rounded; a price of zero counts as one.
    const ours = performance(left) * atLeastOne(right.price);
    const theirs = performance(right) * atLeastOne(left.price);
    return compare(theirs, ours) || byPrice(left, right);
  },
  most_trusted: (left, right) =>
    right.attestationLevel - left.attestationLevel ||
    compare(right.asset.trust.reputation, left.asset.trust.reputation) ||
    compare(right.asset.trust.stake, left.asset.trust.stake) ||
    byPrice(left, right),
};

export function byPrice(left: Facts, right: Facts): number {
  return compare(left.price, right.price) || compare(left.id, right.id);
}

function performance({ asset }: Facts): bigint {
  return BigInt(asset.performance?.fp32MilliGflops ?? 0);
}

function atLeastOne(price: bigint): bigint {
  return price > 0n ? price : 1n;
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
