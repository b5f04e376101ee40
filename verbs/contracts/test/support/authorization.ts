import type { Address, Hex } from "viem";
import type { TestAccount } from "./accounts.ts";
import { CHAIN_ID } from "./market.ts";

const fields = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
] as const;
const types = { ReceiveWithAuthorization: fields, TransferWithAuthorization: fields } as const;

export interface Authorization {
  from: Address;
  to: Address;
  value: bigint;
  validAfter: bigint;
  validBefore: bigint;
  nonce: Hex;
}

/** Signs an EIP-3009 authorization of the test dollar. */
export const signAuthorization = (
  signer: TestAccount,
  token: Address,
  primaryType: keyof typeof types,
  message: Authorization,
  chainId = CHAIN_ID,
) =>
  signer.signTypedData({
    domain: { name: "Test Dollar", version: "1", chainId, verifyingContract: token },
    types,
    primaryType,
    message,
  });
