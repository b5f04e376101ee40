import { BaseError } from "@gristmill/shared/errors/baseError";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { parseUsd } from "@gristmill/shared/units/parseUsd";

/** A price and terms as typed. */
export interface ListingDraft {
  usdPerHour: string;
  minSeconds: string;
  maxSeconds: string;
  /** Days until the listing ends. */
  days: string;
}

export interface ListingTerms {
  pricePerSecond: bigint;
  minSeconds: number;
  maxSeconds: number;
  /** Unix seconds. */
  endsAt: number;
}

export type ListingResult =
  | { ok: true; terms: ListingTerms }
  | { ok: false; errors: Partial<Record<keyof ListingDraft, string>> };

/** The contract's limit for how long an attestation may last, days. */
export const maxDays = 90;

/** Per-second price in atomic units, rounded down. @throws BaseError `invalid_amount` */
export function perSecond(usdPerHour: string): bigint {
  const price = parseUsd(usdPerHour) / 3600n;
  if (price === 0n) {
    throw new BaseError("invalid_amount", `is below the smallest price, ${formatUsd(3600n)} USD / h`);
  }
  return price;
}

/** Checks the form. @param now unix seconds of the chain */
export function listingTermsOf(draft: ListingDraft, now: number): ListingResult {
  const errors: Partial<Record<keyof ListingDraft, string>> = {};
  const whole = (field: "minSeconds" | "maxSeconds" | "days", least: number, most: number): number => {
    const value = /^\d+$/.test(draft[field].trim()) ? Number(draft[field]) : Number.NaN;
    if (!(value >= least && value <= most)) errors[field] = `must be a whole number from ${least} to ${most}`;
    return value;
  };
  let pricePerSecond = 0n;
  try {
    pricePerSecond = perSecond(draft.usdPerHour);
  } catch (error) {
    errors.usdPerHour = error instanceof BaseError ? error.message : "is not an amount";
  }
  const minSeconds = whole("minSeconds", 1, 2_592_000);
  const maxSeconds = whole("maxSeconds", 1, 2_592_000);
  const days = whole("days", 1, maxDays);
  if (maxSeconds < minSeconds) errors.maxSeconds = "must not be shorter than the shortest job";
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  // A little less than whole days: the attestation's limit counts from the block that takes it.
  return { ok: true, terms: { pricePerSecond, minSeconds, maxSeconds, endsAt: now + days * 86_400 - 3_600 } };
}
