import type { AssetView } from "@gristmill/shared/api/views";
import { workloadSchema } from "@gristmill/shared/job/workload";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assetFixture } from "./assetFixture.ts";
import type { Demand } from "./placement.ts";
import { rank } from "./rank.ts";

const NOW = 1_800_000_000;
const listing = {
  pricePerSecond: 100n,
  minSeconds: 1,
  maxSeconds: 3_600,
  endsAt: 4_000_000_000,
  version: 1,
  noticeSeconds: null,
};
const workload = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 });

function demand(overrides: Partial<Demand> = {}): Demand {
  const requirements = { gpuCount: 0, minVramMiB: 0 };
  return {
    requirements,
    workload,
    pricePerSecondCap: undefined,
    budget: undefined,
    feeBps: 250,
    now: NOW,
    ...overrides,
  };
}

describe("rank", () => {
  it("offers the cheapest asset first, the lower id among equals: a buyer never pays more than the best price", () => {
    const assets = [
      assetFixture({ assetId: "10", listing: { ...listing, pricePerSecond: 50n } }),
      assetFixture({ assetId: "3" }),
      assetFixture({ assetId: "9", listing: { ...listing, pricePerSecond: 50n } }),
    ];
    const { candidates } = rank(assets, demand());
    expect(candidates.map(({ asset }) => asset.assetId)).toEqual(["9", "10", "3"]);
    expect(candidates[0]?.total).toBe(5_125n);
  });

  it.each<[string, string, Partial<AssetView>, Partial<Demand>, string]>([
    [
      "GPU memory",
      "requirements.minVramMiB",
      {},
      { requirements: { gpuCount: 0, minVramMiB: 40_960 } },
      "has 24,576 MiB of GPU memory, 40,960 wanted: 16,384 too few",
    ],
    [
      "GPU class",
      "requirements.gpuClass",
      {},
      { requirements: { gpuClass: "nvidia-h200", gpuCount: 0, minVramMiB: 0 } },
      "is a simulated-a, nvidia-h200 wanted",
    ],
    [
      "GPU count",
      "requirements.gpuCount",
      {},
      { requirements: { gpuCount: 2, minVramMiB: 0 } },
      "has 1 GPUs, 2 wanted: 1 too few",
    ],
    [
      "region",
      "requirements.region",
      {},
      { requirements: { gpuCount: 0, minVramMiB: 0, region: "FR" } },
      "is in DE, FR wanted",
    ],
    [
      "CPU",
      "workload.cpuMilli",
      {},
      { workload: { ...workload, cpuMilli: 5_000 } },
      "has 4,000 thousandths of a CPU core, 5,000 wanted: 1,000 too few",
    ],
    [
      "memory",
      "workload.memoryMiB",
      {},
      { workload: { ...workload, memoryMiB: 9_000 } },
      "has 8,192 MiB of memory, 9,000 wanted: 808 too few",
    ],
    [
      "output disk",
      "workload.maxOutputMiB",
      {},
      { workload: { ...workload, maxOutputMiB: 10_001 } },
      "has 10,000 MiB of disk for outputs, 10,001 wanted: 1 too few",
    ],
    ["no listing", "listing", { listing: null, availability: "unlisted" }, {}, "is not listed at any price now"],
    [
      "too short a job",
      "workload.maxSeconds",
      { listing: { ...listing, minSeconds: 160 } },
      {},
      "is rented for at least 160 s, 100 s wanted: 60 s too short",
    ],
    [
      "too long a job",
      "workload.maxSeconds",
      { listing: { ...listing, maxSeconds: 60 } },
      {},
      "is rented for at most 60 s, 100 s wanted: 40 s too long",
    ],
    [
      "listing that ends too soon",
      "listing.endsAt",
      { listing: { ...listing, endsAt: NOW + 699 } },
      {},
      "1 s too early",
    ],
    ["attestation that ends too soon", "attestation", { attestedUntil: NOW + 699 }, {}, "1 s too early"],
    ["price cap", "pricePerSecondCap", {}, { pricePerSecondCap: 99n }, "0.000001 too dear"],
    [
      "budget",
      "budget",
      {},
      { budget: 10_249n },
      "costs 0.01025 USD for 100 s with the fee, the budget is 0.010249: 0.000001 too little",
    ],
    ["a lease of somebody else", "availability", { availability: "leased" }, {}, "is leased to somebody else now"],
    ["a silent node", "availability", { availability: "offline" }, {}, "is offline: its node sends no heartbeat"],
    ["an unseen manifest", "workload.cpuMilli", { manifest: null }, {}, "has not shown its manifest yet"],
  ])("tells the buyer which field and by how much: %s", (_name, field, asset, wanted, reason) => {
    const { candidates, refused } = rank([assetFixture(asset)], demand(wanted));
    expect(candidates).toEqual([]);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.mismatches[0].field).toBe(field);
    expect(refused[0]?.mismatches[0].reason).toContain(reason);
  });

  it("takes an asset at exactly every limit: nobody is turned away by one", () => {
    const exact = assetFixture({
      attestedUntil: NOW + 700,
      listing: { ...listing, minSeconds: 100, maxSeconds: 100, endsAt: NOW + 700 },
    });
    const requirements = { gpuClass: "simulated-a", gpuCount: 1, minVramMiB: 24_576, region: "DE" };
    const wanted = { ...workload, cpuMilli: 4_000, memoryMiB: 8_192, maxOutputMiB: 10_000 };
    const placement = rank(
      [exact],
      demand({ requirements, workload: wanted, pricePerSecondCap: 100n, budget: 10_250n }),
    );
    expect(placement.refused).toEqual([]);
  });

  it("answers as a plain filter and sort would, whatever the market looks like", () => {
    const arbitraryAsset = fc.record({
      id: fc.nat(50),
      price: fc.option(fc.nat(5), { nil: undefined }),
      gpuCount: fc.nat(2),
      vramMiB: fc.nat(3),
      region: fc.constantFrom("DE", "FR"),
      longest: fc.integer({ min: 98, max: 102 }),
      attestedUntil: fc.integer({ min: NOW + 698, max: NOW + 702 }),
      availability: fc.constantFrom("free", "leased", "offline", "draining"),
    });
    const arbitraryDemand = fc.record({
      gpuCount: fc.nat(2),
      minVramMiB: fc.nat(3),
      cap: fc.option(fc.nat(5), { nil: undefined }),
      budget: fc.option(fc.nat(600), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(arbitraryAsset, { selector: ({ id }) => id }), arbitraryDemand, (specs, wanted) => {
        const assets = specs.map(({ id, price, vramMiB, longest, availability, ...rest }) =>
          assetFixture({
            ...rest,
            assetId: String(id),
            memoryBytes: BigInt(vramMiB) * 1_048_576n,
            availability: availability as AssetView["availability"],
            listing: price === undefined ? null : { ...listing, pricePerSecond: BigInt(price), maxSeconds: longest },
          }),
        );
        const naive = specs
          .filter((spec) => spec.availability === "free" && spec.price !== undefined && spec.longest >= 100)
          .filter((spec) => spec.attestedUntil >= NOW + 700)
          .filter((spec) => spec.gpuCount >= wanted.gpuCount && spec.vramMiB >= wanted.minVramMiB)
          .filter(({ price = 0 }) => wanted.cap === undefined || price <= wanted.cap)
          .filter(
            ({ price = 0 }) => wanted.budget === undefined || price * 100 + Math.floor(price * 2.5) <= wanted.budget,
          )
          .toSorted((a, b) => (a.price ?? 0) - (b.price ?? 0) || a.id - b.id)
          .map(({ id }) => String(id));
        const placement = rank(
          assets,
          demand({
            requirements: { gpuCount: wanted.gpuCount, minVramMiB: wanted.minVramMiB },
            pricePerSecondCap: wanted.cap === undefined ? undefined : BigInt(wanted.cap),
            budget: wanted.budget === undefined ? undefined : BigInt(wanted.budget),
          }),
        );
        expect(placement.candidates.map(({ asset }) => asset.assetId)).toEqual(naive);
        expect(placement.refused).toHaveLength(assets.length - naive.length);
      }),
    );
  });
});
