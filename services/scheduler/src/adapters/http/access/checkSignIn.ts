import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Address, Hex } from "viem";
import { createSiweMessage, parseSiweMessage, type SiweMessage } from "viem/siwe";

export interface SignInRule {
  /** Hosts a message may be for. */
  domains: readonly string[];
  chainId: number;
  /** Unix seconds of the scheduler. */
  now: number;
  /** True once for each nonce given out and not over. */
  takeNonce(nonce: string): Promise<boolean>;
  /** Whether the account signed this text, contract accounts included. */
  verify(address: Address, message: string, signature: Hex): Promise<boolean>;
}

/**
 * The wallet that a Sign-In with Ethereum message (EIP-4361) proves.
 * @param origin of the page that asks, where a browser says so: the message must be for it, or another page obtained it
 * @throws BaseError `sign_in_refused` that names what is wrong
 */
export async function checkSignIn(
  { message, signature }: { message: string; signature: Hex },
  origin: string | undefined,
  rule: SignInRule,
): Promise<Address> {
  const { address, chainId, domain, nonce, uri, version, notBefore, expirationTime } = parsed(message);
  const host = origin === undefined || !URL.canParse(origin) ? undefined : new URL(origin).host;
  if (!rule.domains.includes(domain)) refuse(`the message is for ${domain}, not for this market`);
  if (origin !== undefined && host !== domain) refuse(`the message is for ${domain}, and ${origin} sends it`);
  if (new URL(uri).host !== domain) refuse("the message's URI is of another host than its domain");
  if (chainId !== rule.chainId) refuse(`the message is for chain ${chainId}, this market is on ${rule.chainId}`);
  if (version !== "1") refuse("the message is of an unknown version");
  if (notBefore && notBefore.getTime() > rule.now * 1000) refuse("the message is not valid yet");
  if (expirationTime && expirationTime.getTime() <= rule.now * 1000) refuse("the message has expired");
  // Used up also by a wrong signature: a nonce is tried once.
  if (!(await rule.takeNonce(nonce))) refuse("the nonce is unknown, used or too old: ask for a new one");
  if (!(await rule.verify(address, message, signature))) refuse(`the signature is not ${address}'s`);
  return address;
}

/** Only the one text that EIP-4361 writes for these fields: what a wallet showed is what is read here. */
function parsed(message: string): SiweMessage {
  try {
    const fields = parseSiweMessage(message) as SiweMessage;
    if (createSiweMessage(fields) === message) return fields;
  } catch {
    // Not a message at all; refused below.
  }
  return refuse("the message is not written as EIP-4361 says");
}

function refuse(reason: string): never {
  throw new BaseError("sign_in_refused", reason);
}
