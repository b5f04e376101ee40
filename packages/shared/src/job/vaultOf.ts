import { type Address, getContractAddress, type Hex } from "viem";
import type { JobId } from "../ids/ids.ts";

/**
 * Address of a job's vault, where its x402 payment goes: CREATE2 by the escrow with the job's id as salt, so the address
 * commits to the terms. Equals `JobEscrow.vaultOf(jobId)` without asking anybody.
 * @param vaultInitCodeHash `JobEscrow.vaultInitCodeHash()`, the same for every job of an escrow
 */
export function vaultOf(jobId: JobId, escrow: Address, vaultInitCodeHash: Hex): Address {
  return getContractAddress({ opcode: "CREATE2", from: escrow, salt: jobId, bytecodeHash: vaultInitCodeHash });
}
