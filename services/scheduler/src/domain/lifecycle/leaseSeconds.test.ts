import { feeOf } from "@gristmill/shared/units/amount";
import fc from "fast-check";
import { expect, test } from "vitest";
import { leaseSeconds } from "./leaseSeconds.ts";

const offer = { pricePerSecond: 100n, feeBps: 250, maxSeconds: 60, minSeconds: 1, isFirst: false };

test("a job whose node was lost runs again on what is left of its payment", () => {
  expect(leaseSeconds({ ...offer, left: 6150n })).toBe(60);
  expect(leaseSeconds({ ...offer, left: 6149n })).toBe(59);
  expect(leaseSeconds({ ...offer, left: 3075n })).toBe(30);
});

test("a run that is sure to be cut off is not begun at the buyer's cost", () => {
  expect(leaseSeconds({ ...offer, left: 3074n })).toBeUndefined();
  expect(leaseSeconds({ ...offer, left: 6149n, minSeconds: 60 })).toBeUndefined();
});

test("the first lease has all the seconds that were paid for", () => {
  expect(leaseSeconds({ ...offer, isFirst: true, left: 6150n })).toBe(60);
  expect(leaseSeconds({ ...offer, isFirst: true, left: 6149n })).toBeUndefined();
});

test("a lease never needs more than what is left, whatever price, fee and rest", () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 24n });
  fc.assert(
    fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.nat(1000), (left, pricePerSecond, feeBps) => {
      const seconds = leaseSeconds({ ...offer, left, pricePerSecond, feeBps });
      fc.pre(seconds !== undefined);
      const compute = pricePerSecond * BigInt(seconds ?? 0);
      expect(compute + feeOf(compute, feeBps)).toBeLessThanOrEqual(left);
    }),
  );
});
