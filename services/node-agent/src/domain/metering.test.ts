import { MAX_TICK_SECONDS, MAX_TICKS, nextHead } from "@gristmill/shared/receipt/tickChain";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  billableTicks,
  type CountersignedTick,
  elapsedSeconds,
  LEAST_SECONDS,
  makeTick,
  type OpenReceipt,
  planTick,
} from "./metering.ts";

const sign = (tick: Omit<CountersignedTick, "signature">): CountersignedTick => ({ ...tick, signature: "0x" });

test("a workload that ends within its first second is not free, and none is billed past its limit", () => {
  expect(elapsedSeconds(0, 300, 60, LEAST_SECONDS)).toBe(1);
  expect(elapsedSeconds(0, 2_300, 60, LEAST_SECONDS)).toBe(2);
  expect(elapsedSeconds(0, 300, 0, LEAST_SECONDS)).toBe(0);
});

test("no second is billed twice and none past the limit, however time passes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 80 }),
      fc.integer({ min: 1, max: 4000 }),
      (steps, max) => {
        let open: OpenReceipt = { sequence: 0, from: 0, ticks: [] };
        const receipts: { from: number; to: number; count: number }[] = [];
        let clock = 0;
        for (const step of steps) {
          clock += step;
          const elapsed = elapsedSeconds(0, clock * 1000 + 999, max);
          for (;;) {
            const plan = planTick(open, elapsed);
            if (plan.kind === "wait") break;
            if (plan.kind === "seal") {
              receipts.push({ from: open.from, to: open.ticks.at(-1)?.to ?? -1, count: open.ticks.length });
              open = { sequence: open.sequence + 1, from: plan.nextFrom, ticks: [] };
              continue;
            }
            const last = open.ticks.at(-1)?.to ?? plan.from;
            expect(plan.to - last).toBeLessThanOrEqual(MAX_TICK_SECONDS);
            open = {
              ...open,
              from: plan.from,
              ticks: [...open.ticks, sign(makeTick(open, 1n, plan.from, plan.to, 2n))],
            };
            break;
          }
        }
        receipts.push({ from: open.from, to: open.ticks.at(-1)?.to ?? open.from, count: open.ticks.length });
        let billedTo = 0;
        for (const { from, to, count } of receipts) {
          expect(from).toBeGreaterThanOrEqual(billedTo);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(count).toBeLessThanOrEqual(MAX_TICKS);
          billedTo = to;
        }
        expect(billedTo).toBeLessThanOrEqual(max);
      },
    ),
  );
});

test("a gap ends the receipt and is not billed", () => {
  const open = { sequence: 3, from: 10, ticks: [sign({ sequence: 3, from: 10, to: 20, sample: 0n, head: 1n })] };
  expect(planTick(open, 20 + MAX_TICK_SECONDS)).toEqual({ kind: "tick", from: 10, to: 80 });
  expect(planTick(open, 21 + MAX_TICK_SECONDS)).toEqual({ kind: "seal", nextFrom: 81 });
  expect(planTick({ sequence: 4, from: 20, ticks: [] }, 200)).toEqual({ kind: "tick", from: 200, to: 200 });
});

test("the notary is asked once a second at most", () => {
  const open = { sequence: 0, from: 0, ticks: [sign({ sequence: 0, from: 0, to: 5, sample: 0n, head: 1n })] };
  expect(planTick(open, 5)).toEqual({ kind: "wait" });
});

test("each tick's head follows from the one before", () => {
  const first = makeTick({ sequence: 0, from: 0, ticks: [] }, 7n, 0, 1, 2n);
  expect(first.head).toBe(nextHead(7n, 1, 2n));
  const second = makeTick({ sequence: 0, from: 0, ticks: [sign(first)] }, 7n, 0, 2, 3n);
  expect(second.head).toBe(nextHead(first.head, 2, 3n));
});

test("a lease that was ended early bills the countersigned ticks before its end only", () => {
  const ticks = [1, 2, 3].map((to) => sign({ sequence: 0, from: 0, to, sample: 0n, head: 1n }));
  expect(billableTicks(ticks, 2).map(({ to }) => to)).toEqual([1, 2]);
});
