import { groth16VerifierAbi } from "@gristmill/shared/abi/groth16Verifier";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { LeaseView } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { inferenceContext } from "@gristmill/shared/inference/inferenceContext";
import { createPublicClient, decodeFunctionData, http } from "viem";
import { circuitOfKey } from "../proofs/circuits.ts";
import { readModelCheck } from "../proofs/readKeyHash.ts";
import { type Statement, statementSchema } from "../proofs/statement.ts";

/**
 * What the proof of an answer is about, from the transaction that was paid for it: the proof as the contract got it, the context
 * computed here as the contract computes it there, the model's commitment from the registry.
 *
 * @throws when the transaction is not this lease's capture
 */
export async function readAnswerStatement(
  lease: LeaseView,
  market: Pick<Market, "rpcUrl" | "contracts" | "chainId">,
): Promise<Statement> {
  const { answer, leaseId, payee } = lease;
  if (!answer) throw new Error("This lease has no answer yet.");
  const client = createPublicClient({ transport: http(market.rpcUrl) });
  const { input } = await client.getTransaction({ hash: answer.txHash });
  const call = decodeFunctionData({ abi: marketplaceAbi, data: input });
  if (call.functionName !== "captureInference") throw new Error("The transaction captures no answer.");
  const [, capturedLease, captured, proof] = call.args;
  if (capturedLease !== leaseId) throw new Error("The transaction captures another lease's answer.");
  const { modelId, inputCommitment, class: chosen } = captured;
  const { groth16, modelCommitment } = await readModelCheck(market, modelId);
  const keyHash = await client.readContract({
    address: groth16,
    abi: groth16VerifierAbi,
    functionName: "verificationKeyHash",
  });
  const context = inferenceContext({
    ...{ chainId: market.chainId, market: market.contracts.market, leaseId, payee, modelId },
  });
  const pair = ([x, y]: readonly [bigint, bigint]) => [String(x), String(y)];
  return statementSchema.parse({
    circuit: circuitOfKey(keyHash) ?? "a model that this page does not know",
    modelId,
    publicInputs: [context, modelCommitment, inputCommitment, chosen].map(String),
    proof: { a: pair(proof.a), b: [pair(proof.b[0]), pair(proof.b[1])], c: pair(proof.c) },
  });
}
