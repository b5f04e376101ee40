import { BaseError } from "../errors/baseError.ts";
import { fieldElement, MAX_TICK_SECONDS, MAX_TICKS, nextHead } from "./tickChain.ts";

/** One countersigned tick of a receipt. */
export interface UsageTick {
  /** Whole seconds since the lease began. */
  elapsed: number;
  /** Blinded commitment to the private sample. */
  sample: bigint;
}

/** What a usage proof is made from. */
export interface UsageWitnessInput {
  /** `tickOrigin` of the receipt. */
  origin: bigint;
  /** `tickContext` of the receipt. */
  context: bigint;
  /** Seconds since the lease began, where the receipt starts. */
  from: number;
  /** 1 to MAX_TICKS ticks, in order. */
  ticks: readonly UsageTick[];
}

/** Input of the usage circuit, decimal strings by signal name: plain JSON, ready for another process. */
export interface UsageCircuitInput {
  context: string;
  origin: string;
  head: string;
  from: string;
  to: string;
  elapsed: string[];
  sample: string[];
  active: string[];
}

/**
 * Lays out a receipt's ticks for the usage circuit: padding repeats the last time and carries no sample.
 *
 * @throws BaseError `invalid_request` when no proof could exist: no tick, too many, time backwards, or a gap of more
 * than MAX_TICK_SECONDS (a gap ends a receipt).
 */
export function usageWitness({ origin, context, from, ticks }: UsageWitnessInput): UsageCircuitInput {
  if (ticks.length < 1 || ticks.length > MAX_TICKS) {
    throw new BaseError("invalid_request", `a receipt holds 1 to ${MAX_TICKS} ticks, got ${ticks.length}`);
  }
  if (!Number.isInteger(from) || from < 0 || from >= 2 ** 32) {
    throw new BaseError("invalid_request", `from must be whole seconds below 2^32, got ${from}`);
  }
  let head = fieldElement("origin", origin);
  let to = from;
  for (const { elapsed, sample } of ticks) {
    const step = elapsed - to;
    if (step < 0 || step > MAX_TICK_SECONDS) {
      throw new BaseError(
        "invalid_request",
        `ticks of one receipt lie 0 to ${MAX_TICK_SECONDS} seconds apart, got ${step} (from ${to} to ${elapsed})`,
      );
    }
    head = nextHead(head, elapsed, sample);
    to = elapsed;
  }
  const pad = <T>(values: readonly T[], padding: T): string[] =>
    Array.from({ length: MAX_TICKS }, (_, index) => String(values[index] ?? padding));
  return {
    context: fieldElement("context", context).toString(),
    origin: origin.toString(),
    head: head.toString(),
    from: String(from),
    to: String(to),
    elapsed: pad(
      ticks.map((tick) => tick.elapsed),
      to,
    ),
    sample: pad(
      ticks.map((tick) => tick.sample),
      0n,
    ),
    active: pad(
      ticks.map(() => 1),
      0,
    ),
  };
}
