import { groth16VerifierAbi } from "@gristmill/shared/abi/groth16Verifier";
import { inferenceVerifierAbi } from "@gristmill/shared/abi/inferenceVerifier";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { modelsAbi } from "@gristmill/shared/abi/models";
import { verifierAbi } from "@gristmill/shared/abi/verifier";
import type { Market } from "@gristmill/shared/chain/market";
import { type Address, createPublicClient, type Hex, http } from "viem";
import type { Statement } from "./statement.ts";

type Place = Pick<Market, "rpcUrl" | "contracts">;
const clientOf = ({ rpcUrl }: Place) => createPublicClient({ transport: http(rpcUrl) });

/** What the market's contract checks answers of a model with, by the verifier that it calls. */
export async function readModelCheck(
  market: Place,
  modelId: Hex,
): Promise<{ groth16: Address; modelCommitment: bigint }> {
  const client = clientOf(market);
  const { market: address } = market.contracts;
  const verifier = await client.readContract({ address, abi: marketplaceAbi, functionName: "inferenceVerifier" });
  const models = await client.readContract({ address: verifier, abi: inferenceVerifierAbi, functionName: "models" });
  const check = { address: models, abi: modelsAbi, functionName: "checkOf", args: [modelId] } as const;
  const [groth16, modelCommitment] = await client.readContract(check);
  return { groth16, modelCommitment };
}

/**
 * Asks the market's contract, by the verifier it calls, which key such proofs are checked with on chain.
 * @throws for a proof about other weights than the registry has under its model's id
 */
export async function readKeyHash(market: Place, { modelId, publicInputs }: Statement): Promise<Hex> {
  const client = clientOf(market);
  if (modelId !== undefined) {
    const { groth16, modelCommitment } = await readModelCheck(market, modelId);
    if (publicInputs[1] !== String(modelCommitment)) {
      throw new Error("The proof is about other weights than the market's registry has for its model.");
    }
    return client.readContract({ address: groth16, abi: groth16VerifierAbi, functionName: "verificationKeyHash" });
  }
  const verifier = await client.readContract({
    address: market.contracts.market,
    abi: marketplaceAbi,
    functionName: "verifier",
  });
  const groth16 = await client.readContract({ address: verifier, abi: verifierAbi, functionName: "groth16Verifier" });
  return client.readContract({ address: groth16, abi: groth16VerifierAbi, functionName: "verificationKeyHash" });
}
