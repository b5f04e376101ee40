import { expect, test } from "vitest";
import { createAllowance } from "./allowance.ts";

test("a connection may send its burst at once, then its rate and no more; rest fills no more than a burst", () => {
  const take = createAllowance({ burst: 10, perSecond: 2 }, 0);
  expect(take(10, 0)).toBe(true);
  expect(take(1, 499)).toBe(false);
  expect(take(1, 1000)).toBe(true);
  expect(take(10, 1_000_000)).toBe(true);
  expect(take(1, 1_000_000)).toBe(false);
});
