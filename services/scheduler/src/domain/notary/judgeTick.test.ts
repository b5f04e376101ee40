import { FIELD_SIZE, MAX_TICK_SECONDS, nextHead, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeTick, type SignedTick, type TickContext, type TickRequest, TOLERANCE_MS } from "./judgeTick.ts";

const leaseId = `0x${"11".repeat(32)}` as const;
const owner = {
  chainId: 31337,
  market: "0x0000000000000000000000000000000000000001",
  payee: "0x0000000000000000000000000000000000000002",
} as const;

function context(change: Partial<TickContext> = {}): TickContext {
  return {
    ...owner,
    maxSeconds: 600,
    nextSequence: 0,
    billedTo: 0,
    previousReceiptTo: undefined,
    elapsedMs: 3_600_000,
    last: undefined,
    same: undefined,
    ...change,
  };
}

function tick(change: Partial<TickRequest> = {}, last?: SignedTick): TickRequest {
  const base = { leaseId, sequence: 0, from: last?.from ?? 0, to: (last?.to ?? 0) + 10, sample: 5n, ...change };
  const seed = last?.head ?? tickOrigin({ ...owner, leaseId, sequence: base.sequence });
  return { ...base, head: change.head ?? nextHead(seed, base.to, base.sample % FIELD_SIZE) };
}

const verdict = (request: TickRequest, facts: TickContext) => judgeTick(request, facts).verdict;

describe("judgeTick", () => {
  test("signs an honest chain of ticks, each from the last head", () => {
    const steps = fc.array(fc.integer({ min: 1, max: MAX_TICK_SECONDS }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(steps, fc.bigInt({ min: 0n, max: FIELD_SIZE - 1n }), (elapsed, sample) => {
        let last: SignedTick | undefined;
        for (const step of elapsed) {
          const request = tick({ to: (last?.to ?? 0) + step, sample }, last);
          expect(verdict(request, context({ last }))).toBe("sign");
          last = { from: request.from, to: request.to, head: request.head };
        }
      }),
    );
  });

  test("a node that was silent cannot bill the end of its silence", () => {
    const silent = context({ nextSequence: 1, billedTo: 100 });
    const opening = (from: number, to: number) => verdict(tick({ sequence: 1, from, to }), silent);
    expect(opening(500, 500)).toBe("sign");
    expect(opening(498, 500)).toBe("sign");
    expect(opening(440, 500)).toBe("refuse");
    expect(opening(100, 140)).toBe("sign");
  });

  test("a buyer pays for no second that has not passed by the notary's clock", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_TICK_SECONDS }),
        fc.integer({ min: 0, max: 200_000 }),
        (to, elapsedMs) => {
          const inTime = to * 1000 <= elapsedMs + TOLERANCE_MS;
          expect(verdict(tick({ to }), context({ elapsedMs }))).toBe(inTime ? "sign" : "refuse");
        },
      ),
    );
  });

  test("a buyer pays for no second past the lease, counted to the second", () => {
    expect(verdict(tick({ to: 30 }), context({ maxSeconds: 30 }))).toBe("sign");
    expect(verdict(tick({ to: 31 }), context({ maxSeconds: 30 }))).toBe("refuse");
  });

  test("a gap in the ticks is not billed", () => {
    const last = { from: 0, to: 10, head: 3n };
    expect(verdict(tick({ to: 10 + MAX_TICK_SECONDS }, last), context({ last }))).toBe("sign");
    expect(verdict(tick({ to: 11 + MAX_TICK_SECONDS }, last), context({ last }))).toBe("refuse");
    expect(verdict(tick({ to: MAX_TICK_SECONDS + 1 }), context())).toBe("refuse");
  });

  test("time does not run backwards", () => {
    const last = { from: 0, to: 20, head: 3n };
    expect(verdict(tick({ to: 19 }, last), context({ last }))).toBe("refuse");
    expect(verdict(tick({ from: 5, to: 4 }), context())).toBe("refuse");
  });

  test("no second word for a tick that is signed: two histories of one second cannot both be proven", () => {
    const first = tick();
    const same = { from: 0, to: 10, head: first.head };
    expect(verdict(first, context({ last: same, same }))).toBe("repeat");
    expect(verdict(tick({ sample: 6n }), context({ last: same, same }))).toBe("refuse");
    expect(verdict({ ...first, from: 1 }, context({ last: same, same }))).toBe("refuse");
  });

  test("a head that does not follow from the ticks is not signed", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: FIELD_SIZE - 1n }), (head) => {
        fc.pre(head !== tick().head);
        expect(verdict(tick({ head }), context())).toBe("refuse");
      }),
    );
    // Valid for another payee, chain or receipt.
    expect(verdict(tick(), context({ payee: "0x0000000000000000000000000000000000000003" }))).toBe("refuse");
    expect(verdict(tick(), context({ chainId: 1 }))).toBe("refuse");
  });

  test("values outside the proof's field are refused, not reduced", () => {
    expect(verdict({ ...tick(), sample: 5n + FIELD_SIZE }, context())).toBe("refuse");
    expect(verdict({ ...tick(), head: tick().head + FIELD_SIZE }, context())).toBe("refuse");
  });

  test("seconds that are billed already are not countersigned again", () => {
    expect(verdict(tick({ sequence: 1, from: 10, to: 20 }), context({ nextSequence: 1, billedTo: 10 }))).toBe("sign");
    expect(verdict(tick({ sequence: 1, from: 9, to: 20 }), context({ nextSequence: 1, billedTo: 10 }))).toBe("refuse");
    expect(verdict(tick({ sequence: 0 }), context({ nextSequence: 1 }))).toBe("refuse");
  });

  test("the next receipt may begin while the last one is being proven, and only after its seconds", () => {
    const next = tick({ sequence: 1, from: 40, to: 50 });
    expect(verdict(next, context({ previousReceiptTo: 40 }))).toBe("sign");
    expect(verdict(next, context({ previousReceiptTo: 41 }))).toBe("refuse");
    expect(verdict(next, context())).toBe("refuse");
  });
});
