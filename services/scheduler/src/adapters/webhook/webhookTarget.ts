import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { isPublicAddress } from "./publicAddress.ts";

/** Every address of a host, as the system resolves it. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export interface WebhookTarget {
  url: URL;
  /** Where to connect, the first that answers: nothing is looked up again. */
  addresses: readonly [LookupAddress, ...LookupAddress[]];
}

/**
 * Where a webhook's request goes. The host is resolved once and all of its addresses must be public.
 *
 * @param allowed exact `host:port` that the operator permits although private, also without TLS
 * @throws BaseError `invalid_request` (details: `errors`) that says what is wrong with the URL
 */
export async function webhookTarget(
  text: string,
  { resolve, allowed }: { resolve: Resolve; allowed: ReadonlySet<string> },
): Promise<WebhookTarget> {
  if (!URL.canParse(text)) throw refusal("is not a URL");
  // The parser of browsers: it turns 0x7f.1, 2130706433 and 0177.0.0.1 into the address that they mean.
  const url = new URL(text);
  const isAllowed = allowed.has(url.host);
  if (url.protocol !== "https:" && !(isAllowed && url.protocol === "http:")) throw refusal("must begin with https://");
  if (url.username !== "" || url.password !== "") throw refusal("must hold no user or password");
  if (url.hash !== "") throw refusal("must have no fragment");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) {
    if (!isAllowed && !isPublicAddress(host)) throw refusal("names an address that is not on the public internet");
    return { url, addresses: [{ address: host, family: isIP(host) }] };
  }
  const addresses = await resolve(host).catch(() => []);
  const [first, ...others] = addresses;
  if (first === undefined) throw refusal("names a host that has no address");
  if (!isAllowed && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw refusal("names a host whose address is not on the public internet");
  }
  return { url, addresses: [first, ...others] };
}

function refusal(message: string): BaseError {
  return new BaseError("invalid_request", `url ${message}`, { details: { errors: [{ field: "url", message }] } });
}
