import { expect, it } from "vitest";
import { assetFixture } from "../placement/assetFixture.ts";
import { checkOrder } from "./checkOrder.ts";
import { marketFixture, NOW, quoteOutcome, requestFixture } from "./quoteFixture.ts";

const address = (digit: string) => `0x${digit.repeat(40)}` as const;
const at = (assetId: string, price: bigint, provider: string, node = assetId, units = 0n) => {
  const asset = assetFixture({ assetId, provider: address(provider), node: address(node), units });
  return { ...asset, listing: asset.listing && { ...asset.listing, pricePerSecond: price } };
};
const quoteOf = (requirements: object, assets: ReturnType<typeof at>[], more: object = {}) => {
  const result = quoteOutcome(requestFixture({ requirements, ...more }), assets);
  if (result.outcome === "refused") throw new Error(result.message);
  return result.quote;
};
const chosen = (quote: ReturnType<typeof quoteOf>) =>
  quote.candidates.filter((each) => each.chosen).map(({ assetId }) => assetId);
const three = [at("1", 100n, "a"), at("2", 110n, "a"), at("3", 150n, "b")];

it("prices a gang as all of its shards at the dearest chosen, with the fee of each as the chain rounds it", () => {
  const quote = quoteOf({ gangSize: 2 }, three);
  expect(chosen(quote)).toEqual(["1", "2"]);
  expect(quote.price).toMatchObject({ pricePerSecond: 110n, shards: 2, compute: 22_000n, fee: 550n, total: 22_550n });
  expect(quote.price.expected).toBe(10_250n + 11_275n);
  expect(quote.terms).toMatchObject({ cap: 22_550n, pricePerSecondCap: 110n, maxLeases: 4 });
  expect(quote.why).toContain("all are assigned in one step, or none");
  const { terms, workload, requirements } = quote;
  const order = { terms, workload, requirements };
  const check = (changed: typeof order) =>
    checkOrder({ order: changed, market: marketFixture, now: NOW, stored: new Map() }).map(({ field }) => field);
  expect(check(order)).toEqual([]);
  // Paid for one shard it could never be placed, and with one lease allowed neither.
  expect(check({ ...order, terms: { ...terms, cap: 11_275n } })).toEqual(["terms.cap"]);
  expect(check({ ...order, terms: { ...terms, maxLeases: 1 } })).toEqual(["terms.maxLeases"]);
});

it("spreads a gang over providers where the buyer asks, though it costs more", () => {
  expect(chosen(quoteOf({ gangSize: 2, apart: "provider" }, three))).toEqual(["1", "3"]);
  expect(chosen(quoteOf({ gangSize: 2, apart: "node" }, three))).toEqual(["1", "2"]);
});

it("says how many could run at once when a gang does not come together", () => {
  const result = quoteOutcome(requestFixture({ requirements: { gangSize: 3, apart: "provider" } }), three);
  expect(result).toMatchObject({
    outcome: "refused",
    code: "no_asset_fits",
    field: "requirements.gangSize",
    message: "3 assets fit, 2 of them on 2 providers; the job runs in 3 parts: 1 too few",
  });
});

it("leases the slices of a GPU where the whole GPU, though cheaper, leaves no place for the second shard", () => {
  const slices = [at("1", 90n, "a", "9", 3n), at("2", 100n, "a", "9", 1n), at("3", 100n, "a", "9", 2n)];
  expect(chosen(quoteOf({ gangSize: 2 }, slices))).toEqual(["2", "3"]);
});

it("holds a budget against the whole gang", () => {
  expect(() => quoteOf({ gangSize: 2 }, three, { budget: "20499" })).toThrow();
  expect(chosen(quoteOf({ gangSize: 2 }, three, { budget: "22550" }))).toEqual(["1", "2"]);
});

it("lets a job go on on a dearer machine where the buyer said up to what price, and the payment covers it", () => {
  const quote = quoteOf({}, three, { failoverPriceCap: "150" });
  expect(chosen(quote)).toEqual(["1"]);
  expect(quote.terms).toMatchObject({ pricePerSecondCap: 150n, cap: 15_375n });
  expect(quote.price).toMatchObject({ pricePerSecond: 150n, expected: 10_250n, total: 15_375n });
  expect(quoteOutcome(requestFixture({ failoverPriceCap: "150", budget: "11000" }), three)).toMatchObject({
    outcome: "refused",
    field: "failoverPriceCap",
  });
});
