import type { SignalValue } from "@gristmill/circuits/prover/proverMessages";
import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";

/** A circuit to measure: what its proof is about, and an input that a user would have. */
export interface MeasuredCircuit {
  circuit: string;
  what: string;
  input: () => Record<string, SignalValue>;
}

/** Every circuit that `./mill bench --proofs` measures. */
export const measuredCircuits: readonly MeasuredCircuit[] = [
  {
    circuit: "usage",
    what: "a receipt of 16 ticks",
    input: () => {
      const origin = tickOrigin({
        chainId: 31337,
        market: "0x1111111111111111111111111111111111111111",
        leaseId: `0x${"22".repeat(32)}`,
        payee: "0x3333333333333333333333333333333333333333",
        sequence: 0,
      });
      const ticks = Array.from({ length: 16 }, (_, index) => ({ elapsed: index + 1, sample: BigInt(index) }));
      return { ...usageWitness({ origin, context: tickContext(origin, `0x${"44".repeat(32)}`), from: 0, ticks }) };
    },
  },
];
