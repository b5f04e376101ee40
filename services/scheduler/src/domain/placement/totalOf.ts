import { feeOf } from "@gristmill/shared/units/amount";

/** price * seconds plus the fee on it, atomic units: what a lease of this length reserves. */
export function totalOf(pricePerSecond: bigint, maxSeconds: number, feeBps: number): bigint {
  const compute = pricePerSecond * BigInt(maxSeconds);
  return compute + feeOf(compute, feeBps);
}
