import { createUsageProver } from "@gristmill/circuits/prover/createUsageProver";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { usageWitness } from "@gristmill/shared/receipt/usageWitness";
import type { Address, Hex } from "viem";
import { CHAIN_ID } from "./market.ts";

export interface ProofRequest {
  market: Address;
  leaseId: Hex;
  payee: Address;
  sequence: number;
  output: Hex;
  from: number;
  /** Seconds since the lease began, one per tick. */
  ticks: readonly number[];
}

/** Makes real usage proofs in a warm child process; `close` it after the last one. */
export function createProver() {
  const prover = createUsageProver(usageProverArtifacts());
  return {
    async prove({ market, leaseId, payee, sequence, output, from, ticks }: ProofRequest) {
      const origin = tickOrigin({ chainId: CHAIN_ID, market, leaseId, payee, sequence });
      const context = tickContext(origin, output);
      const input = usageWitness({
        origin,
        context,
        from,
        ticks: ticks.map((elapsed, i) => ({ elapsed, sample: BigInt(i + 1) })),
      });
      const { proof } = await prover.prove({ input });
      return { proof, inputs: { context, origin, head: BigInt(input.head), from: BigInt(from), to: BigInt(input.to) } };
    },
    close: () => prover.close(),
  };
}

/** Order of BN254's base field, in which the proof's points have their coordinates. */
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** (-A, -B, C): verifies like the proof it was made from. */
export function negated<
  P extends { a: readonly [bigint, bigint]; b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]] },
>(proof: P) {
  const { a, b } = proof;
  return { ...proof, a: [a[0], BASE_FIELD - a[1]], b: [b[0], [BASE_FIELD - b[1][0], BASE_FIELD - b[1][1]]] };
}
