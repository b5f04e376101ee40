import fc from "fast-check";
import { expect, test } from "vitest";
import { amountSchema, feeOf } from "./amount.ts";
import { formatUsd } from "./formatUsd.ts";
import { parseUsd } from "./parseUsd.ts";
import { toWire } from "./toWire.ts";

test("a price shown and typed back is the same price to the last atomic unit", () => {
  fc.assert(fc.property(fc.bigInt(0n, 10n ** 30n), (amount) => parseUsd(formatUsd(amount)) === amount));
});

test("an amount finer than the token is refused instead of rounded", () => {
  expect(() => parseUsd("0.0000001")).toThrow(/at most 6 decimals/);
  expect(() => parseUsd("-1")).toThrow(/not an amount/);
  expect(() => parseUsd("1e3")).toThrow(/not an amount/);
});

test("amounts on the wire are whole atomic units: floats, signs and exponents are refused", () => {
  for (const text of ["1.5", "-1", "1e6", "", "01", " 1"]) expect(amountSchema.safeParse(text).success).toBe(false);
  expect(amountSchema.parse("258300")).toBe(258_300n);
  // What the contracts' uint128 cannot hold would fail only when it is hashed.
  expect(amountSchema.parse((2n ** 128n - 1n).toString())).toBe(2n ** 128n - 1n);
  expect(amountSchema.safeParse((2n ** 128n).toString()).success).toBe(false);
});

test("the fee is rounded down, so that the buyer never pays a unit more than the posted rate", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 24n), fc.integer({ min: 0, max: 10_000 }), (amount, bps) => {
      const fee = feeOf(amount, bps);
      return fee * 10_000n <= amount * BigInt(bps) && (fee + 1n) * 10_000n > amount * BigInt(bps);
    }),
  );
});

test("amounts nested anywhere survive JSON as decimal strings", () => {
  expect(JSON.stringify(toWire({ a: 1n, b: [{ c: 2n ** 100n }], d: "x", e: null }))).toBe(
    `{"a":"1","b":[{"c":"${2n ** 100n}"}],"d":"x","e":null}`,
  );
});
