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

/** What a usage proof shows of one receipt, and the contract knows: its public inputs. */
export interface UsageStatement {
  context: bigint;
  origin: bigint;
  head: bigint;
  from: number;
  to: number;
}

/**
 * The statement that follows from a receipt's ticks.
 *
 * @throws BaseError `invalid_request` when no proof could exist: no tick, too many, time backwards, or a gap of more
 * than MAX_TICK_SECONDS (a gap ends a receipt).
 */
export function usageStatement({ origin, context, from, ticks }: UsageWitnessInput): UsageStatement {
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
  return { context: fieldElement("context", context), origin, head, from, to };
}
