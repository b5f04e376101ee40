import type { Address, Hex } from "viem";

/** The EIP-712 messages of the market contract: who signs what. */
export const marketTypes = {
  /** The notary's word for one tick: the chain of ticks from `from` to `to` has this head. */
  Tick: [
    { name: "leaseId", type: "bytes32" },
    { name: "sequence", type: "uint32" },
    { name: "from", type: "uint32" },
    { name: "to", type: "uint32" },
    { name: "head", type: "uint256" },
  ],
  /** The node's word for a receipt. */
  Receipt: [
    { name: "leaseId", type: "bytes32" },
    { name: "sequence", type: "uint32" },
    { name: "from", type: "uint32" },
    { name: "to", type: "uint32" },
    { name: "head", type: "uint256" },
    { name: "output", type: "bytes32" },
    { name: "last", type: "bool" },
  ],
  /** The notary's word for many ticks of leases that named it: one signature for a batch of captures. */
  Ticks: [{ name: "ticks", type: "Tick[]" }],
  /** The node's word for many receipts of its leases. */
  Receipts: [{ name: "receipts", type: "Receipt[]" }],
  /** The buyer's countersignature: everything spent so far (provider and fee) is right. */
  Acceptance: [
    { name: "jobId", type: "bytes32" },
    { name: "spent", type: "uint256" },
  ],
  /** The buyer's verbs that anybody may relay: no effect twice, none after `deadline` (unix seconds). */
  Stop: [
    { name: "leaseId", type: "bytes32" },
    { name: "deadline", type: "uint256" },
  ],
  /** `maxSeconds` is the lease's whole length after it. */
  Extend: [
    { name: "leaseId", type: "bytes32" },
    { name: "maxSeconds", type: "uint32" },
    { name: "deadline", type: "uint256" },
  ],
  Cancel: [
    { name: "jobId", type: "bytes32" },
    { name: "deadline", type: "uint256" },
  ],
  /** A bound on what all the buyer's jobs in a token may reserve per period; nonce: `spendingNonceOf(buyer)`. */
  SpendingCap: [
    { name: "token", type: "address" },
    { name: "cap", type: "uint128" },
    { name: "periodSeconds", type: "uint32" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
  /** A scheduler's word for the key that this process agrees session keys with; never sent to the chain. */
  Challenge: [
    { name: "scheduler", type: "address" },
    { name: "schedulerKey", type: "bytes32" },
  ],
  /** A node's proof of its key when it connects to a scheduler; never sent to the chain. */
  Handshake: [
    { name: "node", type: "address" },
    { name: "scheduler", type: "address" },
    { name: "schedulerKey", type: "bytes32" },
    { name: "nodeKey", type: "bytes32" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

/** EIP-712 domain of the market contract. */
export function marketDomain(chainId: number, market: Address) {
  return { name: "Gristmill Market", version: "1", chainId, verifyingContract: market } as const;
}

export interface TickMessage {
  leaseId: Hex;
  sequence: number;
  from: number;
  to: number;
  head: bigint;
}

export interface ReceiptMessage extends TickMessage {
  output: Hex;
  last: boolean;
}
