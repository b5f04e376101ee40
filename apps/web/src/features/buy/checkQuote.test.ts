import type { Quote } from "@gristmill/shared/api/quote";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { toWire } from "@gristmill/shared/units/toWire";
import { describe, expect, test } from "vitest";
import { fixtureMarket, fixtureQuote, fixtureRequest, vault } from "../../../test/fixtureMarket.ts";
import { checkQuote } from "./checkQuote.ts";

const market = fixtureMarket();
const request = fixtureRequest(market);
const right = fixtureQuote(toWire(request), market);
const other = "0x0000000000000000000000000000000000000011" as const;
const now = Math.floor(Date.now() / 1000);

const check = (quote: Quote, part: Partial<Parameters<typeof checkQuote>[1]> = {}) =>
  checkQuote(quote, {
    request,
    market,
    displayedTotal: right.price.total,
    readVault: () => Promise.resolve(vault),
    now,
    ...part,
  });

/** The same lie told consistently: the id follows from the changed terms, as a dishonest scheduler would do it. */
const withTerms = (terms: Partial<Quote["terms"]>): Quote => {
  const changed = { ...right.terms, ...terms };
  return { ...right, terms: changed, jobId: jobIdOf(changed, market.contracts.escrow, market.chainId) };
};

test("an honest quote may be signed", async () => {
  expect(await check(right)).toEqual([]);
});

test("a buyer of a proven answer signs only terms under which nobody can bill time: the market stands as notary", async () => {
  const inference = { modelId: right.terms.salt, inputCommitment: "5", sealedFor: [other] };
  const asked = { ...request, workload: { ...request.workload, inference } };
  const quoted = (notary: Quote["terms"]["notary"]): Quote => ({
    ...withTerms({ workload: workloadHash(asked.workload), notary }),
    workload: asked.workload,
  });
  expect(await check(quoted(market.contracts.market), { request: asked })).toEqual([]);
  expect(await check(quoted(market.notary), { request: asked })).toEqual(["the terms name another notary"]);
});

describe("a buyer signs nothing when the scheduler", () => {
  test.each<[string, Quote, RegExp]>([
    ["takes more than the price shown", withTerms({ cap: right.terms.cap + 1n }), /another amount/],
    ["sends refunds elsewhere", withTerms({ refundTo: other }), /refunds/],
    ["names another buyer", withTerms({ buyer: other }), /another buyer/],
    ["swaps the token", withTerms({ token: other }), /token/],
    ["swaps the notary", withTerms({ notary: other }), /notary/],
    ["names another scheduler", withTerms({ scheduler: other }), /scheduler/],
    ["pays the fee to itself", withTerms({ feeRecipient: other }), /fee/],
    ["raises the fee", withTerms({ feeBps: 5000 }), /fee/],
    ["accepts a dearer machine", withTerms({ pricePerSecondCap: 9999n }), /dearer/],
    ["commits to another workload", withTerms({ workload: right.terms.salt }), /another workload/],
    ["drops a requirement", withTerms({ requirements: { ...right.terms.requirements, gpuCount: 9 } }), /requirements/],
    [
      "lets the money be reclaimed too late to matter",
      withTerms({ claimDeadline: right.terms.reclaimAt + 1 }),
      /deadlines/,
    ],
    ["ends the job before its time", withTerms({ leaseEnd: now + 1 }), /before its time/],
    [
      "names an id that does not follow",
      { ...right, jobId: right.terms.salt as unknown as Quote["jobId"] },
      /id does not follow/,
    ],
    ["names a vault of its own", { ...right, vault: other }, /another vault/],
    [
      "orders fewer parts than asked",
      { ...right, requirements: { ...right.requirements, gangSize: 1 } },
      /requirements/,
    ],
    ["prices another number of parts", { ...right, price: { ...right.price, shards: 2 } }, /parts/],
    [
      "shows a cheaper machine than it prices",
      { ...right, candidates: right.candidates.map((each) => ({ ...each, pricePerSecond: 1n })) },
      /machines chosen/,
    ],
    ["adds a hidden line to the price", { ...right, price: { ...right.price, fee: right.price.fee + 1n } }, /add up/],
  ])("%s", async (_name, quote, reason) => {
    expect((await check(quote)).join("; ")).toMatch(reason);
  });
});

test("a buyer signs nothing when the price moved after it was shown", async () => {
  expect(await check(right, { displayedTotal: right.price.total - 1n })).not.toEqual([]);
});

test("a buyer's budget is never exceeded", async () => {
  const wrong = await check(right, { request: { ...request, budget: 1n } });
  expect(wrong).toContain("the price is above your budget");
});
