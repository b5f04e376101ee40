import { BaseError } from "../errors/baseError.ts";

/**
 * Reads a plain decimal amount such as "1.80" into atomic units.
 * @throws BaseError `invalid_amount` when it is no number or finer than the token
 */
export function parseUsd(text: string, decimals = 6): bigint {
  const match = /^(\d{1,30})(?:\.(\d+))?$/.exec(text.trim());
  const fraction = match?.[2] ?? "";
  if (!match?.[1] || fraction.length > decimals) {
    throw new BaseError("invalid_amount", `"${text}" is not an amount with at most ${decimals} decimals`);
  }
  return BigInt(match[1] + fraction.padEnd(decimals, "0"));
}
