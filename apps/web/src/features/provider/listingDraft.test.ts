import { expect, test } from "vitest";
import { listingTermsOf, perSecond } from "./listingDraft.ts";

const draft = { usdPerHour: "1.512", minSeconds: "1", maxSeconds: "3600", days: "90" };

test("a provider's hourly price becomes exactly the posted price per second", () => {
  expect(perSecond("1.512")).toBe(420n);
});

test("a listing of the longest time is one that the contract takes", () => {
  const result = listingTermsOf(draft, 1_000_000);
  expect(result.ok && result.terms.endsAt < 1_000_000 + 90 * 86_400).toBe(true);
});

test.each([
  [{ usdPerHour: "free" }, "usdPerHour"],
  [{ usdPerHour: "0.001" }, "usdPerHour"],
  [{ minSeconds: "0" }, "minSeconds"],
  [{ maxSeconds: "1.5" }, "maxSeconds"],
  [{ minSeconds: "60", maxSeconds: "30" }, "maxSeconds"],
  [{ days: "91" }, "days"],
] as const)("a provider who types %j is told which field is wrong", (part, field) => {
  const result = listingTermsOf({ ...draft, ...part }, 1_000_000);
  expect(result.ok ? {} : result.errors).toHaveProperty(field);
});
