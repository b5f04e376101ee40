import { type SearchQuery, searchQuerySchema } from "@gristmill/shared/api/search";
import type { AssetView } from "@gristmill/shared/api/views";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assetFixture } from "../placement/assetFixture.ts";
import { searchAssets } from "./searchAssets.ts";

const NOW = 1_800_000_000;
const DOLLAR = 1_000_000n;
const query = (fields: Record<string, unknown> = {}): SearchQuery => searchQuerySchema.parse(fields);
const search = (assets: readonly AssetView[], fields: Record<string, unknown> = {}) => {
  const result = searchAssets({ assets, query: query(fields), now: NOW, dollar: DOLLAR });
  if (result === undefined) throw new Error("the cursor was refused");
  return result;
};
const ids = (assets: readonly AssetView[], fields: Record<string, unknown> = {}) =>
  search(assets, fields).items.map(({ assetId }) => assetId);

const plain = assetFixture();
const { manifest, listing } = plain;
if (manifest === null || listing === null) throw new Error("the fixture has both");
const gpu = {
  uuid: "GPU-2",
  gpuClass: "nvidia-h200",
  model: "NVIDIA H200 NVL",
  vramMiB: 143_771,
  driver: "580.65.06",
  cuda: "13.0",
  simulated: false,
};
/** An asset that says everything, beside the fixture that says little. */
const rich = assetFixture({
  assetId: "2",
  provider: "0x00000000000000000000000000000000000000B2",
  region: "SE",
  gpuCount: 2,
  memoryBytes: 2n * 143_771n * 1_048_576n,
  manifest: {
    ...manifest,
    name: "Fjord",
    region: "SE",
    gpus: [gpu, gpu],
    cpuCores: 64,
    memoryMiB: 515_000,
    diskMiB: 900_000,
    executor: "runc",
  },
  performance: { fp32MilliGflops: 60_000_000, source: "attested" },
  attestation: "attested",
  trust: { measuredAt: NOW - 100, expiresAt: NOW + 1_000_000, stake: 500n, reputation: 70n },
  network: { downMbps: 9_400, upMbps: 900, source: "attested" },
  live: { diskFreeMiB: 700_000, holds: [], models: [] },
  listing: { ...listing, pricePerSecond: 900n, minSeconds: 60, maxSeconds: 86_400, noticeSeconds: 600 },
  availability: "leased",
  stats: { leases: 10, completed: 9, failed: 0, billedSeconds: 1, earned: 1n },
});

describe("a buyer who searches", () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{}, ["1", "2"]],
    [{ text: "fjo" }, ["2"]],
    [{ text: "h200" }, ["2"]],
    [{ gpuClass: "nvidia-h200" }, ["2"]],
    [{ gpuClass: ["simulated-a", "nvidia-h200"] }, ["1", "2"]],
    [{ gpuModel: "H200" }, ["2"]],
    [{ minGpuCount: "2" }, ["2"]],
    [{ maxGpuCount: "1" }, ["1"]],
    [{ minVramMiB: "24577" }, ["2"]],
    [{ minVramMiB: "24576" }, ["1", "2"]],
    [{ minFp32Gflops: "60000" }, ["2"]],
    [{ minFp32Gflops: "60001" }, []],
    // 60,000 GFLOPS for 900 * 3600 atomic units an hour: 18,518.5 for a dollar.
    [{ minFp32GflopsPerHourlyDollar: "18518" }, ["2"]],
    [{ minFp32GflopsPerHourlyDollar: "18519" }, []],
    [{ measuredBy: "attested" }, ["2"]],
    [{ measuredBy: "self-measured" }, ["1"]],
    [{ maxPricePerSecond: "899" }, ["1"]],
    [{ minPricePerSecond: "101" }, ["2"]],
    [{ minCpuCores: "5" }, ["2"]],
    [{ minMemoryMiB: "8193" }, ["2"]],
    [{ minDiskMiB: "10001" }, ["2"]],
    [{ minDiskFreeMiB: "700000" }, ["2"]],
    [{ minDiskFreeMiB: "700001" }, []],
    [{ minDownMbps: "9400" }, ["2"]],
    [{ minUpMbps: "900" }, ["2"]],
    [{ minUpMbps: "901" }, []],
    [{ minDriver: "580" }, ["2"]],
    [{ minDriver: "581" }, []],
    [{ minCuda: "12.4" }, ["2"]],
    [{ region: ["SE", "NO"] }, ["2"]],
    [{ allowJurisdictions: "EU" }, ["1", "2"]],
    [{ denyJurisdictions: "DE" }, ["2"]],
    [{ minReliability: "90" }, ["2"]],
    [{ minReliability: "91" }, []],
    [{ minCompleted: "9" }, ["2"]],
    [{ minAttestationLevel: "1" }, ["2"]],
    [{ maxAttestationAgeSeconds: "100" }, ["2"]],
    [{ maxAttestationAgeSeconds: "99" }, []],
    [{ minStake: "500" }, ["2"]],
    [{ minReputation: "71" }, []],
    [{ availability: "free" }, ["1"]],
    [{ availability: ["free", "leased"] }, ["1", "2"]],
    [{ jobSeconds: "59" }, ["1"]],
    [{ jobSeconds: "3601" }, ["2"]],
    [{ listedUntil: "4000000000" }, ["1", "2"]],
    [{ listedUntil: "4000000001" }, []],
    [{ interruptible: "false" }, ["1"]],
    [{ simulated: "false" }, ["2"]],
    [{ executor: "docker" }, ["1"]],
    [{ provider: "0x00000000000000000000000000000000000000b2" }, ["2"]],
  ])("finds by %j exactly what has it", (fields, found) => {
    expect(ids([plain, rich], fields)).toEqual(found);
  });

  it("is shown no asset for a field of which it says nothing", () => {
    const silent = assetFixture({ manifest: null, performance: null, listing: null });
    for (const fields of [
      { text: "a" },
      { gpuClass: "simulated-a" },
      { minFp32Gflops: "1" },
      { minFp32GflopsPerHourlyDollar: "1" },
      { minPricePerSecond: "0" },
      { maxPricePerSecond: "1000" },
      { minCpuCores: "1" },
      { minMemoryMiB: "1" },
      { minDiskMiB: "1" },
      { minUpMbps: "1" },
      { jobSeconds: "1" },
      { listedUntil: "0" },
      { interruptible: "false" },
      { simulated: "false" },
      { measuredBy: "self-measured" },
      { executor: "docker" },
    ]) {
      expect(ids([silent], fields), JSON.stringify(fields)).toEqual([]);
    }
  });

  it("gets the best first, equals by number, and what nobody knows last", () => {
    const of = (assetId: string, changes: Partial<AssetView>) => assetFixture({ assetId, ...changes });
    const price = (pricePerSecond: bigint) => ({ listing: { ...listing, pricePerSecond } });
    const speed = (fp32MilliGflops: number) => ({ performance: { fp32MilliGflops, source: "attested" as const } });
    const stats = (completed: number, failed: number) => ({
      stats: { leases: completed + failed, completed, failed, billedSeconds: 0, earned: 0n },
    });
    const market = [
      of("1", { ...price(300n), ...speed(900), ...stats(1, 0) }),
      of("2", { ...price(100n), ...speed(100), ...stats(99, 1) }),
      of("3", { listing: null, performance: null, ...stats(0, 3) }),
      of("10", { ...price(100n), ...speed(300), ...stats(0, 0) }),
    ];
    expect(ids(market, { sort: "price" })).toEqual(["2", "10", "1", "3"]);
    expect(ids(market, { sort: "value" })).toEqual(["1", "10", "2", "3"]);
    expect(ids(market, { sort: "performance" })).toEqual(["1", "10", "2", "3"]);
    // 100 of 102, 2 of 3, 1 of 2, 1 of 5: one good lease is no record.
    expect(ids(market, { sort: "reliability" })).toEqual(["2", "1", "10", "3"]);
  });

  it("reads at each choice how many machines it would leave, its own choice apart", () => {
    const third = assetFixture({ assetId: "3", region: "SE" });
    const { facets, total, considered } = search([plain, rich, third], { region: "SE", availability: "free" });
    expect([total, considered]).toEqual([1, 3]);
    expect(facets.region).toEqual([
      { value: "DE", count: 1 },
      { value: "SE", count: 1 },
    ]);
    expect(facets.availability).toEqual([
      { value: "free", count: 1 },
      { value: "leased", count: 1 },
    ]);
    expect(facets.gpuClass).toEqual([{ value: "simulated-a", count: 1 }]);
  });

  it("reads the least and the most of what it found", () => {
    expect(search([plain, rich]).ranges).toEqual({
      pricePerSecond: { min: 100n, max: 900n },
      vramMiB: { min: 24_576n, max: 287_542n },
      fp32MilliGflops: { min: 1n, max: 60_000_000n },
    });
    expect(search([]).ranges.pricePerSecond).toBeNull();
  });
});

describe("pages of a search", () => {
  const market = (prices: readonly number[]) =>
    prices.map((price, index) =>
      assetFixture({ assetId: String(index + 1), listing: { ...listing, pricePerSecond: BigInt(price) } }),
    );

  it("hold every machine once, in any order, whatever the length of a page", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
        fc.constantFrom("price", "value", "reliability", "performance"),
        fc.integer({ min: 1, max: 5 }),
        (prices, sort, limit) => {
          const assets = market(prices);
          const whole = ids(assets, { sort });
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = search(assets, { sort, limit: String(limit), ...(cursor && { cursor }) });
            seen.push(...page.items.map(({ assetId }) => assetId));
            cursor = page.next ?? undefined;
          } while (cursor !== undefined);
          expect(seen).toEqual(whole);
        },
      ),
    );
  });

  it("go on where they ended also when the machine there left and another came before it", () => {
    const first = search(market([10, 20, 30, 40]), { limit: "2" });
    const later = market([10, 20, 30, 40]).filter(({ assetId }) => assetId !== "2");
    later.push(assetFixture({ assetId: "9", listing: { ...listing, pricePerSecond: 5n } }));
    expect(ids(later, { limit: "2", cursor: first.next })).toEqual(["3", "4"]);
  });

  it("refuse a cursor of other filters, of another order, and one that somebody made up", () => {
    const assets = market([1, 2, 3]);
    const cursor = search(assets, { limit: "1" }).next ?? "";
    const forged = Buffer.from(JSON.stringify(["x", ["1"]])).toString("base64url");
    for (const fields of [
      { cursor, sort: "value" },
      { cursor, region: "DE" },
      { cursor: forged },
      { cursor: "%%" },
      { cursor: "" },
    ]) {
      expect(searchAssets({ assets, query: query(fields), now: NOW, dollar: DOLLAR })).toBeUndefined();
    }
    expect(ids(assets, { limit: "2", cursor })).toEqual(["2", "3"]);
  });
});
