import { type Address, encodeAbiParameters, type Hex, keccak256 } from "viem";

/** What a lease's id commits to, see `LeaseIdLib`. */
export interface LeaseDeal {
  accountId: Hex;
  node: Address;
  notary: Address;
  payee: Address;
  /** Number of the lease within its job. */
  index: number;
  feeBps: number;
  /** Atomic units a second, below 2^48. */
  pricePerSecond: bigint;
}

/** The id of a lease, as the market makes it. */
export function leaseIdOf({ accountId, node, notary, payee, index, feeBps, pricePerSecond }: LeaseDeal): Hex {
  const deal = BigInt(index) | (BigInt(feeBps) << 16n) | (pricePerSecond << 32n) | (BigInt(payee) << 80n);
  const words = [{ type: "bytes32" }, { type: "address" }, { type: "address" }, { type: "uint256" }] as const;
  return keccak256(encodeAbiParameters(words, [accountId, node, notary, deal]));
}
