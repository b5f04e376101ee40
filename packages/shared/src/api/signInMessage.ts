import type { Address } from "viem";
import { createSiweMessage } from "viem/siwe";

export const SIGN_IN_STATEMENT = "Proves that this wallet is yours, so that your jobs are shown to you. Costs nothing.";

/**
 * The EIP-4361 message to sign in with.
 * @param origin of who asks: the page, or the scheduler's URL for a program
 * @param nonce of `POST /v1/sessions/nonce`
 * @param now the scheduler's time, unix seconds
 */
export function signInMessage(options: {
  address: Address;
  origin: string;
  chainId: number;
  nonce: string;
  now: number;
}): string {
  const { address, chainId, nonce } = options;
  const { host, origin } = new URL(options.origin);
  return createSiweMessage({
    address,
    chainId,
    domain: host,
    nonce,
    uri: origin,
    version: "1",
    statement: SIGN_IN_STATEMENT,
    issuedAt: new Date(options.now * 1000),
  });
}
