import { FIELD_SIZE, MAX_TICK_SECONDS, nextHead, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import type { Address, Hex } from "viem";

/** The tick a node wants countersigned. */
export interface TickRequest {
  leaseId: Hex;
  sequence: number;
  /** Whole seconds since the lease started. */
  from: number;
  to: number;
  sample: bigint;
  head: bigint;
}

/** A tick this notary signed earlier for the same lease and sequence. */
export interface SignedTick {
  from: number;
  to: number;
  head: bigint;
}

export interface TickContext {
  chainId: number;
  market: Address;
  payee: Address;
  maxSeconds: number;
  /** Sequence that the chain expects next, and the second up to which it has billed. */
  nextSequence: number;
  billedTo: number;
  /** Newest second signed for the receipt before this one; undefined: none. */
  previousReceiptTo: number | undefined;
  /** By the notary's own clock. */
  elapsedMs: number;
  /** Newest one signed for this lease and sequence. */
  last: SignedTick | undefined;
  /** The one signed for exactly this lease, sequence and `to`. */
  same: SignedTick | undefined;
}

export type TickVerdict = { verdict: "sign" } | { verdict: "repeat" } | { verdict: "refuse"; message: string };

/** How far a node's clock may run ahead of the notary's. */
export const TOLERANCE_MS = 2000;

/** A receipt after a gap begins with its first tick, or just before it: else the gap's end would be billed unmetered. */
export const MAX_OPENING_SECONDS = 3;

/** Whether the notary puts its name to a tick. Pure: the same facts give the same word. */
export function judgeTick(tick: TickRequest, context: TickContext): TickVerdict {
  const refuse = (message: string): TickVerdict => ({ verdict: "refuse", message });
  const { last, same } = context;
  if (same !== undefined) {
    // Two words for one tick would let a node choose later which history to prove.
    return same.head === tick.head && same.from === tick.from
      ? { verdict: "repeat" }
      : refuse(`second ${tick.to} of receipt ${tick.sequence} is signed already, with another head`);
  }
  if (tick.sample >= FIELD_SIZE || tick.head >= FIELD_SIZE) return refuse("sample and head must be field elements");
  if (tick.sequence < context.nextSequence) {
    return refuse(`receipt ${tick.sequence} is captured already, ${context.nextSequence} is next`);
  }
  // A node goes on ticking while the receipt before is still being proven.
  if (tick.sequence > context.nextSequence) {
    if (context.previousReceiptTo === undefined) return refuse(`receipt ${tick.sequence - 1} has no tick yet`);
    if (tick.from < context.previousReceiptTo) {
      return refuse(`seconds before ${context.previousReceiptTo} belong to receipt ${tick.sequence - 1}`);
    }
  }
  if (tick.from < context.billedTo) return refuse(`seconds before ${context.billedTo} are billed already`);
  if (last !== undefined && tick.from !== last.from) {
    return refuse(`receipt ${tick.sequence} begins at ${last.from}, got ${tick.from}`);
  }
  const agreedTo = Math.max(context.billedTo, context.previousReceiptTo ?? 0);
  if (last === undefined && tick.from !== agreedTo && tick.to - tick.from > MAX_OPENING_SECONDS) {
    return refuse(
      `time before a receipt's first tick is metered by nobody: begin at ${agreedTo} or at the tick itself`,
    );
  }
  const previous = last?.to ?? tick.from;
  if (tick.to < tick.from || (last !== undefined && tick.to <= last.to)) {
    return refuse(`time runs backwards: ${tick.to} after ${previous}`);
  }
  if (tick.to - previous > MAX_TICK_SECONDS) {
    return refuse(`${tick.to - previous} s since the last tick, at most ${MAX_TICK_SECONDS}`);
  }
  if (tick.to > context.maxSeconds) return refuse(`the lease has ${context.maxSeconds} s, got ${tick.to}`);
  if (tick.to * 1000 > context.elapsedMs + TOLERANCE_MS) {
    return refuse(`the lease runs for ${Math.floor(context.elapsedMs / 1000)} s by the notary's clock, got ${tick.to}`);
  }
  const expected = nextHead(
    last?.head ?? tickOrigin({ ...context, leaseId: tick.leaseId, sequence: tick.sequence }),
    tick.to,
    tick.sample,
  );
  return expected === tick.head
    ? { verdict: "sign" }
    : refuse("the head does not follow from the last one and this tick");
}
