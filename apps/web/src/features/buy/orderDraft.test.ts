import { expect, test } from "vitest";
import { buyer, fixtureTemplate } from "../../../test/fixtureMarket.ts";
import { sampleOf } from "./chosenInput.ts";
import { draftOfParams, namedIn, paramsOfDraft } from "./draftParams.ts";
import { type OrderDraft, quoteRequestOf } from "./orderDraft.ts";

const template = fixtureTemplate();
const draft: OrderDraft = { maxSeconds: "600", budget: "", ...draftOfParams(new URLSearchParams()) };
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
  [{ gangSize: "33" }, "requirements.gangSize", /at most 32/],
  [{ minReputation: "many" }, "requirements.minReputation", /./],
  [{ deadline: "soon" }, "deadline", /whole number/],
  [{ minVramMiB: "-1" }, "requirements.minVramMiB", /whole number/],
])("a buyer who types %j is told which field is wrong and how", (part, field, words) => {
  const result = request(part);
  expect(result.ok ? "" : result.errors[field]).toMatch(words);
});

test("a buyer without an input is asked for one", () => {
  const result = quoteRequestOf(draft, template, undefined, buyer);
  expect(result.ok ? {} : result.errors).toHaveProperty(["workload.inputs"]);
});

test("every requirement that a buyer names arrives in the request, in the units of the chain", () => {
  const result = request({
    ...{
      gpuModel: " H200 ",
      objective: "most_trusted",
      priceCap: "3.6",
      failoverPrice: "7.2",
      deadline: "2030-01-01T00:00",
    },
    ...{ attestationLevel: "1", minStake: "25", minReputation: "8", gangSize: "4", apart: "provider" },
  });
  expect(result.ok && result.request).toMatchObject({
    ...{
      pricePerSecondCap: 1_000n,
      failoverPriceCap: 2_000n,
      deadline: Math.floor(Date.parse("2030-01-01T00:00") / 1000),
    },
    requirements: {
      ...{ gpuModel: "H200", objective: "most_trusted", minAttestationLevel: 1, minStake: 25_000_000n },
      ...{ minReputation: 8n, gangSize: 4, apart: "provider" },
    },
  });
});

test("a form that names nothing asks for nothing, and its address stays short", () => {
  expect(namedIn(draft)).toBe(0);
  expect(paramsOfDraft(draft, "?gpu=l4&compare=1")).toBe("compare=1");
});

test("a buyer who sends the address of a form to a colleague sends what is asked of the machine", () => {
  const asked = { ...draft, gpuClass: "nvidia-h200", gangSize: "2", apart: "node", budget: "5" };
  const again = draftOfParams(new URLSearchParams(paramsOfDraft(asked, "")));
  expect({ ...draft, budget: "5", ...again }).toEqual(asked);
});
