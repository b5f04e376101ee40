import { BaseError } from "@gristmill/shared/errors/baseError";
import { addressSchema } from "@gristmill/shared/ids/ids";
import {
  declareSIWxExtension,
  parseSIWxHeader,
  SIGN_IN_WITH_X,
  verifySIWxSignature,
} from "@x402/extensions/sign-in-with-x";
import type { FastifyRequest } from "fastify";
import type { Address } from "viem";
import type { HttpDeps } from "../httpDeps.ts";

const STATEMENT = "Shows you what this wallet has paid for already. It costs nothing.";
const PATH = "/v1/jobs";

/** x402's sign-in-with-x, for the 402: a wallet that paid already comes back with a signature instead of a payment. */
export async function signInWithXExtension({ market, sessions }: HttpDeps): Promise<Record<string, unknown>> {
  const declared = declareSIWxExtension({ network: market.network, statement: STATEMENT })[SIGN_IN_WITH_X];
  const { nonce, expiresAt } = await sessions.newNonce();
  const uri = new URL(PATH, market.schedulerUrl);
  const info = {
    domain: uri.host,
    uri: uri.href,
    statement: STATEMENT,
    version: "1",
    nonce,
    issuedAt: new Date(sessions.now() * 1000).toISOString(),
    expirationTime: new Date(expiresAt * 1000).toISOString(),
    resources: [uri.href],
  };
  return { [SIGN_IN_WITH_X]: { info, supportedChains: declared?.supportedChains, schema: declared?.schema } };
}

/**
 * The wallet that signed the request's `SIGN-IN-WITH-X` header; undefined: there is none.
 * @throws BaseError `sign_in_refused`
 */
export async function walletOf(request: FastifyRequest, deps: HttpDeps): Promise<Address | undefined> {
  const header = request.headers[SIGN_IN_WITH_X];
  if (header === undefined) return undefined;
  const { market, sessions, verifySignIn } = deps;
  const payload = parsed(String(header));
  const own = new URL(market.schedulerUrl);
  const refuse = (why: string) => new BaseError("sign_in_refused", `SIGN-IN-WITH-X ${why}`);
  if (payload.domain !== own.host) throw refuse(`is for ${payload.domain}, this is ${own.host}`);
  if (!URL.canParse(payload.uri) || new URL(payload.uri).origin !== own.origin) throw refuse("has another host's URI");
  if (payload.chainId !== market.network)
    throw refuse(`is for ${payload.chainId}, this market is on ${market.network}`);
  if (payload.expirationTime !== undefined && !(Date.parse(payload.expirationTime) > sessions.now() * 1000)) {
    throw refuse("expired");
  }
  // Used up first: a wrong signature cannot be tried again under it.
  if (!(await sessions.takeNonce(payload.nonce))) throw refuse("has a nonce that is unknown, used or too old");
  const evmVerifier = ({ address, message, signature }: { address: string; message: string; signature: string }) =>
    verifySignIn(address as Address, message, signature as Address);
  const verdict = await verifySIWxSignature(payload, { evmVerifier: evmVerifier as never }).catch(() => undefined);
  const address = addressSchema.safeParse(payload.address);
  if (!verdict?.isValid || !address.success) throw refuse("is not signed by its address");
  return address.data;
}

function parsed(header: string) {
  try {
    return parseSIWxHeader(header);
  } catch {
    throw new BaseError("sign_in_refused", "SIGN-IN-WITH-X must be base64 of the JSON of a sign-in-with-x payload");
  }
}
