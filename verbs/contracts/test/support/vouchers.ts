import { escrowDomain, escrowTypes } from "@gristmill/shared/chain/escrowTypedData";
import { type Address, type Hex, type LocalAccount, parseSignature, toHex } from "viem";
import { CHAIN_ID } from "./market.ts";

export interface SignedVoucher {
  jobId: Hex;
  spent: bigint;
  r: Hex;
  vs: Hex;
}

/** A buyer's cumulative countersignature, as `redeem` takes it (EIP-2098). */
export async function signVoucher(
  escrow: Address,
  voucher: { jobId: Hex; payee: Address; spent: bigint },
  buyer: LocalAccount,
  chainId = CHAIN_ID,
): Promise<SignedVoucher> {
  const signature = await buyer.signTypedData({
    domain: escrowDomain(chainId, escrow),
    types: escrowTypes,
    primaryType: "Voucher",
    message: voucher,
  });
  const { r, s, yParity } = parseSignature(signature);
  const vs = toHex(BigInt(s) | (BigInt(yParity) << 255n), { size: 32 });
  return { jobId: voucher.jobId, spent: voucher.spent, r, vs };
}
