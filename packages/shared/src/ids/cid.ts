import { z } from "zod";
import { type Sha256, sha256Schema } from "./ids.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** CIDv1, raw bytes, a sha2-256 of 32 bytes. */
const PREFIX = "01551220";

/**
 * CIDv1 of content stored as one raw block: the same hash in the form that IPFS tools read.
 * Format: https://github.com/multiformats/cid; base 32 of RFC 4648, lower case, without padding.
 */
export function cidOf(sha256: Sha256): string {
  const bits = [...(PREFIX + sha256)].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  return `b${(bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("")}`;
}

/** The sha256 in a CID of raw content; undefined: another kind of CID, or none. */
export function sha256OfCid(cid: string): Sha256 | undefined {
  if (!/^b[a-z2-7]{58}$/.test(cid)) return undefined;
  const bits = [...cid.slice(1)].map((each) => ALPHABET.indexOf(each).toString(2).padStart(5, "0")).join("");
  const hex = (bits.match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 2).toString(16)).join("");
  const sha256 = sha256Schema.parse(hex.slice(PREFIX.length, PREFIX.length + 64));
  // One name each: a prefix of another kind, or stray bits at the end, is no name at all.
  return cidOf(sha256) === cid ? sha256 : undefined;
}

/** An artifact's name: its sha256, or its CID. */
export const artifactNameSchema = z.string().transform((text, context): Sha256 => {
  const found = sha256Schema.safeParse(text).data ?? sha256OfCid(text);
  if (found !== undefined) return found;
  context.addIssue("must be a sha256 in 64 lower-case hex digits, or the CIDv1 of raw content");
  return z.NEVER;
});
