import { describe, expect, it } from "vitest";
import { packSpan, readCaptured } from "./span.ts";

const span = { sequence: 7, from: 60, to: 120, last: true, index: 3, feeBps: 250, pricePerSecond: 1000n };

describe("packSpan", () => {
  it("is read back from the event as it was packed, with the amount and the fee of what was booked", () => {
    const usage = packSpan(span) | (61_500n << 208n);
    expect(readCaptured(usage)).toEqual({ ...span, amount: 60_000n, fee: 1_500n });
  });

  it("puts each number where the contract reads it", () => {
    const none = { sequence: 0, from: 0, to: 0, last: false, index: 0, feeBps: 0, pricePerSecond: 0n };
    const places = { to: 0, from: 32, sequence: 64, index: 96, feeBps: 112 } as const;
    for (const [field, at] of Object.entries(places)) expect(packSpan({ ...none, [field]: 1 })).toBe(1n << BigInt(at));
    expect(packSpan({ ...none, pricePerSecond: 1n })).toBe(1n << 128n);
    expect(packSpan({ ...none, last: true })).toBe(1n << 176n);
  });

  it("refuses a number that would run into its neighbour", () => {
    expect(() => packSpan({ ...span, to: 2 ** 32 })).toThrow(RangeError);
    expect(() => packSpan({ ...span, pricePerSecond: 1n << 48n })).toThrow(RangeError);
    expect(() => packSpan({ ...span, index: -1 })).toThrow(RangeError);
  });
});
