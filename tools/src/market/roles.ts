import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { DEV_MNEMONIC } from "../services/chain.ts";

/** Accounts of the well-known development mnemonic by role. the chain funds the first twenty; the buyer comes after them and has no native gas. */
export const roleIndex = { deployer: 0, scheduler: 1, provider: 2, treasury: 3, buyer: 20 } as const;
export type Role = keyof typeof roleIndex;

/** @returns the viem account of a role; its key is public, for the local chain only */
export function roleAccount(role: Role): HDAccount {
  return mnemonicToAccount(DEV_MNEMONIC, { addressIndex: roleIndex[role] });
}

/** Derivation path of a role, for wallets that take the mnemonic. */
export function rolePath(role: Role): string {
  return `m/44'/60'/0'/0/${roleIndex[role]}`;
}
