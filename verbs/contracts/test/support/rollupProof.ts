import { createProver } from "@gristmill/circuits/prover/createProver";
import { proverArtifacts } from "@gristmill/circuits/prover/proverArtifacts";
import { buildArtifacts } from "@gristmill/circuits/scripts/build";
import { rollupWitness } from "@gristmill/shared/receipt/rollupWitness";
import { tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import { CHAIN_ID } from "./market.ts";
import type { ProofRequest } from "./usageProof.ts";

/** Makes real proofs of many receipts in a warm child process; `close` it after the last one. */
export async function createRollupProver(blocks: 26 | 52) {
  await buildArtifacts({ circuits: [`usageRollup${blocks}`] });
  const prover = createProver(proverArtifacts(`usageRollup${blocks}`));
  return {
    async prove(requests: readonly ProofRequest[]) {
      const receipts = requests.map(({ market, leaseId, payee, sequence, output, from, ticks }) => {
        const origin = tickOrigin({ chainId: CHAIN_ID, market, leaseId, payee, sequence });
        const context = tickContext(origin, output);
        return { origin, context, from, ticks: ticks.map((elapsed, i) => ({ elapsed, sample: BigInt(i + 1) })) };
      });
      const { input, commitment, statements } = rollupWitness(receipts, blocks);
      const { proof } = await prover.prove({ input: { ...input } });
      const inputs = statements.map(({ from, to, ...rest }) => ({ ...rest, from: BigInt(from), to: BigInt(to) }));
      return { rollup: { blocks: BigInt(blocks), commitment, ...proof }, inputs };
    },
    close: () => prover.close(),
  };
}
