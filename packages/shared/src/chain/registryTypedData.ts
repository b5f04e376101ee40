import type { Address } from "viem";

/** A node agrees to belong to a provider until `deadline` (unix seconds); the registry checks it in `addNode`. */
export const registryTypes = {
  Pairing: [
    { name: "provider", type: "address" },
    { name: "node", type: "address" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** EIP-712 domain of the provider registry. */
export function registryDomain(chainId: number, registry: Address) {
  return { name: "Gristmill Registry", version: "1", chainId, verifyingContract: registry } as const;
}
