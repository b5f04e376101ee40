import { BaseError } from "@gristmill/shared/errors/baseError";
import { type Address, type Hex, type PublicClient, verifyMessage } from "viem";

/**
 * Whether an account signed a text: by its key, which needs no chain, or as its contract says (EIP-1271).
 * @throws BaseError `chain_unavailable`
 */
export function verifySignIn(publicClient: Pick<PublicClient, "getCode" | "verifyMessage">) {
  return async (address: Address, message: string, signature: Hex): Promise<boolean> => {
    // A signature of another length than a key's throws instead of answering no.
    if (await verifyMessage({ address, message, signature }).catch(() => false)) return true;
    try {
      // No code, no say: signatures that would deploy their own account first are not taken.
      if ((await publicClient.getCode({ address })) === undefined) return false;
      return await publicClient.verifyMessage({ address, message, signature });
    } catch (cause) {
      throw new BaseError("chain_unavailable", "the chain does not answer whether this account signed", { cause });
    }
  };
}
