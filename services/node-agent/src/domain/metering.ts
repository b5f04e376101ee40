import { MAX_TICK_SECONDS, MAX_TICKS, nextHead } from "@gristmill/shared/receipt/tickChain";

/** A tick before and after the notary's word. */
export interface Tick {
  sequence: number;
  /** Whole seconds since the lease started: where the tick's receipt begins, and where the tick stands. */
  from: number;
  to: number;
  sample: bigint;
  head: bigint;
}

export interface CountersignedTick extends Tick {
  signature: `0x${string}`;
}

/** A workload that ran is billed at least this: one that ends within its first second would otherwise be free. */
export const LEAST_SECONDS = 1;

/** Whole seconds of a lease so far: never more than its limit, never less than `leastSeconds` within it. */
export function elapsedSeconds(anchorMs: number, nowMs: number, maxSeconds: number, leastSeconds = 0): number {
  return Math.min(maxSeconds, Math.max(leastSeconds, Math.floor((nowMs - anchorMs) / 1000)));
}

/** The receipt that is being filled: its number, where it begins, its countersigned ticks in order. */
export interface OpenReceipt {
  sequence: number;
  from: number;
  ticks: readonly CountersignedTick[];
}

/**
 * Where the next tick goes. `seal`: the open receipt is full, or time passed unmetered (a gap ends a receipt, and the gap
 * is not billed); its successor begins at `from`.
 */
export type TickPlan =
  | { kind: "tick"; from: number; to: number }
  | { kind: "seal"; nextFrom: number }
  /** No second has passed since the last tick: the notary signs one tick a second at most. */
  | { kind: "wait" };

export function planTick(open: OpenReceipt, elapsed: number): TickPlan {
  const last = open.ticks.at(-1)?.to ?? open.from;
  if (open.ticks.length > 0 && elapsed <= last) return { kind: "wait" };
  if (open.ticks.length >= MAX_TICKS) return { kind: "seal", nextFrom: last };
  if (elapsed - last > MAX_TICK_SECONDS) {
    if (open.ticks.length > 0) return { kind: "seal", nextFrom: elapsed };
    return { kind: "tick", from: elapsed, to: elapsed };
  }
  return { kind: "tick", from: open.from, to: Math.max(last, elapsed) };
}

/** The tick after the open receipt's last one. @param origin `tickOrigin` of the receipt */
export function makeTick(open: OpenReceipt, origin: bigint, from: number, to: number, sample: bigint): Tick {
  const head = open.ticks.at(-1)?.head ?? origin;
  return { sequence: open.sequence, from, to, sample, head: nextHead(head, to, sample) };
}

/**
 * The ticks that the chain still accepts: a lease that was ended early bills nothing past `limit` seconds, and every
 * countersigned tick is an end that a receipt may have.
 */
export function billableTicks(ticks: readonly CountersignedTick[], limit: number): readonly CountersignedTick[] {
  return ticks.filter((tick) => tick.to <= limit);
}
