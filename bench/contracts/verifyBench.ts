import { type Hex, toHex, zeroHash } from "viem";
import { accounts } from "../../contracts/test/support/accounts.ts";
import { createMarket } from "../../contracts/test/support/market.ts";
import { createProver } from "../../contracts/test/support/usageProof.ts";
import { calldataGas } from "./escrowBench.ts";

/** Gas a proof, verification alone: without the transaction's base and calldata. */
export interface Verification {
  proofs: number;
  single: number;
  batch: number;
}

type Proven = Awaited<ReturnType<ReturnType<typeof createProver>["prove"]>>;
type Statement = Proven["proof"] & { inputs: Proven["inputs"] };

/** That many proofs of one key, each in a call of its own and all in one call, on one chain. */
export async function benchVerification(sizes: readonly number[]): Promise<Verification[]> {
  const market = await createMarket({ verifier: "real" });
  const prover = createProver();
  try {
    const statements: Statement[] = [];
    for (let sequence = 0; sequence < 3; sequence++) {
      const place = { market: market.at.market, leaseId: toHex(1, { size: 32 }), payee: accounts.provider.address };
      const made = await prover.prove({
        ...place,
        sequence,
        output: zeroHash,
        from: 60 * sequence,
        ticks: [60 * sequence + 60],
      });
      statements.push({ ...made.proof, inputs: made.inputs });
    }
    const gasOf = async (verb: string, args: readonly unknown[], gas: bigint) => {
      const { hash, gasUsed } = await market.send(accounts.stranger, "verifier", verb, args, { gas });
      const { input } = await market.publicClient.getTransaction({ hash });
      return Number(gasUsed) - 21_000 - calldataGas(input as Hex);
    };
    const results: Verification[] = [];
    for (const proofs of sizes) {
      const batch = Array.from({ length: proofs }, (_, index) => statements[index % statements.length]);
      let single = 0;
      for (const statement of batch)
        single += await gasOf("verifyUsage", [statement?.a, statement?.b, statement?.c, statement?.inputs], 1_000_000n);
      results.push({
        proofs,
        single: single / proofs,
        batch: (await gasOf("verifyUsageBatch", [batch], 8_000_000n)) / proofs,
      });
    }
    return results;
  } finally {
    prover.close();
  }
}
