import { FIELD_SIZE, tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { type UsageCircuitInput, usageWitness } from "@gristmill/shared/receipt/usageWitness";

/** A receipt's origin and context, as the contract would hash them. */
export const origin = tickOrigin({
  chainId: 31337,
  market: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  leaseId: `0x${"ab".repeat(32)}`,
  payee: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  sequence: 0,
});
export const context = tickContext(origin, `0x${"cd".repeat(32)}`);

/** Input of a valid receipt of `count` ticks, `stepSeconds` apart, from second 100. */
export function receiptOf(count: number, stepSeconds = 10): UsageCircuitInput {
  const ticks = Array.from({ length: count }, (_, index) => ({
    elapsed: 100 + (index + 1) * stepSeconds,
    // Large samples, so that nothing depends on their being small.
    sample: FIELD_SIZE - 1n - BigInt(index),
  }));
  return usageWitness({ origin, context, from: 100, ticks });
}
