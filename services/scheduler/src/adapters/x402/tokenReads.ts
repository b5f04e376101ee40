import { eip3009ABI } from "@x402/evm";
import { type Address, erc20Abi, type Hex, type PublicClient } from "viem";

/** What the chain says about the payment token's accounts. */
export interface TokenReads {
  balanceOf(account: Address): Promise<bigint>;
  /** Whether an EIP-3009 authorization was used or cancelled. */
  isAuthorizationUsed(from: Address, nonce: Hex): Promise<boolean>;
}

export function tokenReads(publicClient: PublicClient, token: Address): TokenReads {
  return {
    balanceOf: (account) =>
      publicClient.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] }),
    isAuthorizationUsed: async (from, nonce) => {
      const args = [from, nonce] as const;
      return publicClient.readContract({ address: token, abi: eip3009ABI, functionName: "authorizationState", args });
    },
  };
}
