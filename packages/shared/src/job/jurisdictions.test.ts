import { expect, test } from "vitest";
import { isInJurisdiction } from "./jurisdictions.ts";

test("data that must stay in the EU reaches its members only; the EEA adds three", () => {
  expect(isInJurisdiction("DE", ["EU"])).toBe(true);
  expect(isInJurisdiction("CH", ["EU", "EEA"])).toBe(false);
  expect(isInJurisdiction("NO", ["EU"])).toBe(false);
  expect(isInJurisdiction("NO", ["EEA"])).toBe(true);
  expect(isInJurisdiction("US", ["DE", "US"])).toBe(true);
});
