import type { AssetView } from "@gristmill/shared/api/views";
import { workloadSchema } from "@gristmill/shared/job/workload";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assetFixture } from "../assetFixture.ts";
import type { Demand } from "../placement.ts";
import { rank } from "../rank.ts";
import { nothing, plus, resourcesOf } from "./fairness.ts";
import { planEpoch } from "./planEpoch.ts";
import { conflict, type Want } from "./want.ts";

const listing = {
  pricePerSecond: 100n,
  minSeconds: 1,
  maxSeconds: 3_600,
  endsAt: 4e9,
  version: 1,
  noticeSeconds: null,
};
const demand: Demand = {
  requirements: { gpuCount: 0, minVramMiB: 0 },
  workload: workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 }),
  pricePerSecondCap: undefined,
  budget: undefined,
  feeBps: 0,
  now: 1_800_000_000,
};

function address(number: number) {
  return `0x${String(number).padStart(40, "0")}` as const;
}

function asset(id: number, price: number, more: Partial<AssetView> = {}) {
  const offer = { ...listing, pricePerSecond: BigInt(price) };
  return assetFixture({ assetId: String(id), node: address(id), provider: address(id), listing: offer, ...more });
}

function want(jobId: string, bid: number, more: Partial<Want> = {}): Want {
  const capped = { ...demand, pricePerSecondCap: BigInt(bid) };
  return { jobId, buyer: "a", bid: BigInt(bid), demand: capped, size: 1, apart: "nothing", ...more };
}

function plan(assets: readonly AssetView[], wants: readonly Want[], used = new Map<string, typeof nothing>()) {
  return planEpoch({
    wants,
    list: (each, limit) =>
      rank(assets, each)
        .candidates.slice(0, limit)
        .map((candidate) => candidate.asset),
    used,
    total: assets.map(resourcesOf).reduce(plus, nothing),
  });
}

const placed = (result: ReturnType<typeof plan>) =>
  Object.fromEntries(result.placed.map(({ want: { jobId }, assets }) => [jobId, assets.map(({ assetId }) => assetId)]));

describe("planEpoch", () => {
  it("gives the next asset to the buyer who uses the least of the market, whatever others bid", () => {
    const assets = [asset(1, 10), asset(2, 10)];
    const rich = [want("r1", 900, { buyer: "rich" }), want("r2", 900, { buyer: "rich" })];
    const result = plan(assets, [...rich, want("p", 10, { buyer: "poor" })]);
    expect(Object.keys(placed(result)).sort()).toEqual(["p", "r1"]);
    const used = new Map([["poor", resourcesOf(asset(3, 1))]]);
    expect(Object.keys(placed(plan(assets, [...rich, want("p", 10, { buyer: "poor" })], used)))).toContain("r1");
  });

  it("gives what there is to the highest bids of one buyer", () => {
    const result = plan([asset(1, 10)], [want("low", 20), want("high", 30)]);
    expect(placed(result)).toEqual({ high: ["1"] });
    expect(result.waiting.map(({ jobId }) => jobId)).toEqual(["low"]);
  });

  it("moves a job aside when another can only run where it stands: nobody waits beside a free asset", () => {
    const france = asset(2, 20, { region: "FR" });
    const german = { ...demand, pricePerSecondCap: 50n, requirements: { ...demand.requirements, region: "DE" } };
    const result = plan([asset(1, 10), france], [want("any", 90), want("german", 50, { demand: german })]);
    expect(placed(result)).toEqual({ any: ["2"], german: ["1"] });
  });

  // Without an end to the search these take longer than anybody waits: the scheduler would stand still meanwhile.
  it("plans a crowd that wants the same at once, and keeps nobody waiting beside a free asset", () => {
    const assets = Array.from({ length: 80 }, (_, id) => asset(id + 1, 10 + (id % 40)));
    const crowd = Array.from({ length: 60 }, (_, id) => want(`j${id}`, 90, { buyer: `b${id % 7}` }));
    expect(plan(assets, crowd).waiting).toEqual([]);
  });

  it("plans a crowd that wants more than there is, each at another price", () => {
    const assets = Array.from({ length: 40 }, (_, id) => asset(id + 1, 10 + id));
    const crowd = Array.from({ length: 70 }, (_, id) => want(`j${id}`, 60 + ((id * 31) % 40), { buyer: `b${id % 3}` }));
    expect(plan(assets, crowd).placed).toHaveLength(40);
  });

  it("starts all of a gang or none, its members on different providers when asked", () => {
    const one = { provider: address(7) };
    const assets = [asset(1, 10, one), asset(2, 11, one), asset(3, 90)];
    expect(placed(plan(assets, [want("gang", 99, { size: 2, apart: "provider" })]))).toEqual({ gang: ["1", "3"] });
    expect(placed(plan(assets, [want("gang", 99, { size: 2 })]))).toEqual({ gang: ["1", "2"] });
    expect(placed(plan(assets, [want("gang", 99, { size: 3, apart: "provider" })]))).toEqual({});
  });

  it("never plans one asset, or shared hardware, twice; never above a bid; never part of a gang; never what does not fit", () => {
    const arbitraryAsset = fc.record({
      id: fc.nat(12),
      price: fc.integer({ min: 1, max: 9 }),
      node: fc.nat(4),
      provider: fc.nat(3),
      units: fc.constantFrom(0n, 1n, 2n, 3n),
      region: fc.constantFrom("DE", "FR"),
    });
    const arbitraryWant = fc.record({
      bid: fc.integer({ min: 1, max: 12 }),
      buyer: fc.constantFrom("a", "b", "c"),
      size: fc.constantFrom(1, 1, 1, 2, 3),
      apart: fc.constantFrom("nothing" as const, "node" as const, "provider" as const),
      region: fc.option(fc.constantFrom("DE", "FR"), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitraryAsset, { selector: ({ id }) => id, maxLength: 10 }),
        fc.array(arbitraryWant, { maxLength: 10 }),
        (specs, wanted) => {
          const assets = specs.map(({ id, price, node, provider, ...rest }) =>
            asset(id, price, { ...rest, node: address(node), provider: address(provider) }),
          );
          const wants = wanted.map(({ region, ...rest }, index) => {
            const requirements = { ...demand.requirements, ...(region === undefined ? {} : { region }) };
            const capped = { ...demand, requirements, pricePerSecondCap: BigInt(rest.bid) };
            return { jobId: String(index), ...rest, bid: BigInt(rest.bid), demand: capped };
          });
          const result = plan(assets, wants);
          expect(result.placed.length + result.waiting.length).toBe(wants.length);
          const taken = result.placed.flatMap((each) => each.assets);
          for (const [index, left] of taken.entries()) {
            expect(taken.slice(index + 1).some((right) => conflict(left, right))).toBe(false);
          }
          for (const {
            want: { size, bid, apart, demand: asked },
            assets: got,
          } of result.placed) {
            expect(got).toHaveLength(size);
            expect(got.every(({ listing: offer }) => (offer?.pricePerSecond ?? 0n) <= bid)).toBe(true);
            expect(rank(got, asked).candidates).toHaveLength(size);
            if (apart !== "nothing") expect(new Set(got.map((each) => each[apart])).size).toBe(size);
          }
          const isFree = (each: AssetView) => !taken.some((other) => conflict(each, other));
          for (const { size, demand: asked } of result.waiting) {
            if (size === 1) expect(rank(assets.filter(isFree), asked).candidates).toEqual([]);
          }
        },
      ),
    );
  });
});
