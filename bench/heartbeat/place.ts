import { type Hex, keccak256, toHex } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { DEV_MNEMONIC } from "../../tools/src/services/chain.ts";

const account = (addressIndex: number) => mnemonicToAccount(DEV_MNEMONIC, { addressIndex });

export const scheduler = account(1);
export const place = {
  chainId: 31337,
  market: account(3).address,
  registry: account(4).address,
  scheduler: scheduler.address,
};
export const provider = account(2).address;
/** A simulated node's key, from its number. */
export const nodeAccount = (index: number) => privateKeyToAccount(keccak256(toHex(`bench node ${index}`)));

/** The baseline's signed body: EIP-712 as in the handshake, one signature for each beat. */
export const beatTypes = {
  Beat: [
    { name: "node", type: "address" },
    { name: "counter", type: "uint256" },
  ],
} as const;
export interface SignedBeat {
  node: Hex;
  counter: number;
  signature: Hex;
}
