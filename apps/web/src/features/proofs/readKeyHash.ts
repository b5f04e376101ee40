import { groth16VerifierAbi } from "@gristmill/shared/abi/groth16Verifier";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { verifierAbi } from "@gristmill/shared/abi/verifier";
import type { Market } from "@gristmill/shared/chain/market";
import { createPublicClient, type Hex, http } from "viem";

/** Asks the market's contract, by the verifier it calls, which key usage proofs are checked with on chain. */
export async function readKeyHash(market: Pick<Market, "rpcUrl" | "contracts">): Promise<Hex> {
  const client = createPublicClient({ transport: http(market.rpcUrl) });
  const verifier = await client.readContract({
    address: market.contracts.market,
    abi: marketplaceAbi,
    functionName: "verifier",
  });
  const groth16 = await client.readContract({ address: verifier, abi: verifierAbi, functionName: "groth16Verifier" });
  return client.readContract({ address: groth16, abi: groth16VerifierAbi, functionName: "verificationKeyHash" });
}
