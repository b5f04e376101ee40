import { z } from "zod";

const MAX_UINT128 = 2n ** 128n - 1n;

/** Token amount in atomic units, a `uint128` on chain: `bigint` in code, decimal string on the wire. */
export const amountSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,38})$/, "must be a whole number of atomic units, as a decimal string")
  .transform((text) => BigInt(text))
  .refine((amount) => amount <= MAX_UINT128, `must be at most ${MAX_UINT128}`);

/** Fee on top of an amount, rounded down, as the market contract computes it. */
export function feeOf(amount: bigint, feeBps: number): bigint {
  return (amount * BigInt(feeBps)) / 10_000n;
}
