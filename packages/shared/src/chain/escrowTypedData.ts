import type { Address } from "viem";

/** The EIP-712 messages of the escrow contract that buyers sign (a job's terms are in job/terms.ts). */
export const escrowTypes = {
  /** Countersignature: `payee` may have had `spent` of the job since its beginning, fee included. Only the newest counts. */
  Voucher: [
    { name: "jobId", type: "bytes32" },
    { name: "payee", type: "address" },
    { name: "spent", type: "uint256" },
  ],
  /** A new, higher cap of a running job. */
  Cap: [
    { name: "jobId", type: "bytes32" },
    { name: "cap", type: "uint256" },
  ],
} as const;

/** EIP-712 domain of the escrow contract. */
export function escrowDomain(chainId: number, escrow: Address) {
  return { name: "Gristmill Escrow", version: "1", chainId, verifyingContract: escrow } as const;
}
