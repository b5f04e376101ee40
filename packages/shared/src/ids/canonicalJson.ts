import canonicalize from "canonicalize";
import { BaseError } from "../errors/baseError.ts";

/**
 * RFC 8785 canonical JSON: the one text whose hash commits to a value.
 * @throws BaseError `invalid_request` for what JSON cannot carry
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new BaseError("invalid_request", "the value has no JSON form");
  return text;
}
