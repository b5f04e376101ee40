import { expect, test } from "vitest";
import { buyer, fixtureTemplate } from "../../../test/fixtureMarket.ts";
import { sampleOf } from "./chosenInput.ts";
import { type OrderDraft, quoteRequestOf } from "./orderDraft.ts";

const template = fixtureTemplate();
const draft: OrderDraft = { maxSeconds: "600", budget: "", gpuClass: "", gpuCount: "0", minVramMiB: "", region: "" };
const request = (part: Partial<OrderDraft>, chosen = sampleOf(template)) =>
  quoteRequestOf({ ...draft, ...part }, template, chosen, buyer);

test("a buyer orders the sample without typing anything", () => {
  const result = request({});
  expect(result.ok && result.request.workload.maxSeconds).toBe(600);
  expect(result.ok && result.request.budget).toBeUndefined();
});

test("a buyer's budget arrives as exactly what was typed", () => {
  const result = request({ budget: "0.30" });
  expect(result.ok && result.request.budget).toBe(300_000n);
});

test.each<[Partial<OrderDraft>, string, RegExp]>([
  [{ maxSeconds: "0" }, "workload.maxSeconds", /at least 1/],
  [{ maxSeconds: "ten" }, "workload.maxSeconds", /whole number/],
  [{ maxSeconds: "9999999" }, "workload.maxSeconds", /at most/],
  [{ budget: "1.2345678" }, "budget", /6 decimals/],
  [{ region: "Germany" }, "requirements.region", /two-letter/],
  [{ minVramMiB: "-1" }, "requirements.minVramMiB", /whole number/],
])("a buyer who types %j is told which field is wrong and how", (part, field, words) => {
  const result = request(part);
  expect(result.ok ? "" : result.errors[field]).toMatch(words);
});

test("a buyer without an input is asked for one", () => {
  const result = quoteRequestOf(draft, template, undefined, buyer);
  expect(result.ok ? {} : result.errors).toHaveProperty(["workload.inputs"]);
});
