import { orderSchema, type Quote, quoteRequestSchema, quoteSchema } from "@gristmill/shared/api/quote";
import type { SearchResult } from "@gristmill/shared/api/search";
import { type AssetView, assetViewSchema, type Template, templateSchema } from "@gristmill/shared/api/views";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import { packRequirements } from "@gristmill/shared/job/requirements";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { feeOf } from "@gristmill/shared/units/amount";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, padHex } from "viem";

/** Everything a page shows, made with the shared schemas; for tests and for looking at pages, never shipped. */
export const address = (n: number): Address => padHex(`0x${n.toString(16)}`, { size: 20 });
export const hash = (n: number) => padHex(`0x${n.toString(16)}`, { size: 32 });
const mnemonic = "test test test test test test test test test test test junk";

export const buyer: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
export const provider: Address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
export const vault = address(0x123456);
export const outputText = '{"rows":1200,"mean":3.25}';

export function fixtureMarket(origin = "http://127.0.0.1:4000", rpcUrl = "http://127.0.0.1:4000/rpc"): Market {
  return marketSchema.parse({
    network: "eip155:31337",
    chainId: 31337,
    rpcUrl,
    schedulerUrl: origin,
    webUrl: "http://127.0.0.1:3000",
    contracts: {
      token: address(1),
      escrow: address(2),
      market: address(3),
      asset: address(4),
      registry: address(5),
      verifier: address(6),
    },
    paymentToken: { address: address(1), name: "Test Dollar", version: "1", symbol: "tUSD", decimals: 6 },
    scheduler: address(7),
    notary: address(8),
    feeBps: 250,
    feeRecipient: address(9),
    windowSeconds: 600,
    developmentAccounts: [
      { role: "buyer", address: buyer, mnemonic, path: "m/44'/60'/0'/0/0" },
      { role: "provider", address: provider, mnemonic, path: "m/44'/60'/0'/0/1" },
    ],
  });
}

export function fixtureAsset(part: { id: number; name: string; pricePerSecond: bigint; free?: boolean }): AssetView {
  const manifest = {
    version: 1,
    name: part.name,
    node: address(100 + part.id),
    region: part.id % 2 ? "DE" : "SE",
    gpus: [
      {
        uuid: `GPU-${part.id}`,
        gpuClass: "simulated-l4",
        model: "Simulated L4",
        vramMiB: 24_576,
        driver: null,
        simulated: true,
      },
    ],
    cpuModel: "AMD EPYC 9654",
    cpuCores: 4,
    memoryMiB: 16_384,
    diskMiB: 102_400,
    executor: "docker",
    benchmark: {
      fp32MilliGflops: 40_000 + part.id * 3_500,
      memoryMiBPerSecond: 9000,
      diskMiBPerSecond: 800,
      device: "cpu",
      measuredAt: 1_780_000_000,
    },
  };
  const now = Math.floor(Date.now() / 1000);
  return assetViewSchema.parse({
    assetId: String(part.id),
    provider,
    node: address(100 + part.id),
    manifest,
    manifestHash: hash(500 + part.id),
    gpuCount: 1,
    memoryBytes: String(24_576 * 1_048_576),
    region: manifest.region,
    attestedUntil: now + 2_000_000,
    attestation: "self-measured",
    trust: { measuredAt: now - 86_400, expiresAt: now + 2_000_000, stake: "0", reputation: "0" },
    units: "0",
    performance: { fp32MilliGflops: manifest.benchmark.fp32MilliGflops, source: "self-measured" },
    network: null,
    live: { diskFreeMiB: null, holds: [], models: [] },
    startSeconds: null,
    listing: {
      pricePerSecond: part.pricePerSecond.toString(),
      minSeconds: 1,
      maxSeconds: 3600,
      endsAt: now + 1_000_000,
      version: 1,
      noticeSeconds: null,
    },
    availability: part.free === false ? "leased" : "free",
    lastSeenAt: now - 2,
    liveLease: null,
    stats: { leases: part.id * 3, completed: part.id * 3 - 1, failed: 1, billedSeconds: 840, earned: "352800" },
  });
}

export const fixtureAssets = (): AssetView[] => [
  fixtureAsset({ id: 1, name: "north", pricePerSecond: 420n }),
  fixtureAsset({ id: 2, name: "south", pricePerSecond: 610n }),
  fixtureAsset({ id: 3, name: "harbour", pricePerSecond: 380n, free: false }),
];

/** All of them on one page, whatever was asked for. */
export function fixtureSearch(assets: AssetView[]): SearchResult {
  const count = (of: (asset: AssetView) => string) => {
    const values = assets.map(of);
    return [...new Set(values)].map((value) => ({ value, count: values.filter((each) => each === value).length }));
  };
  return {
    items: assets,
    next: null,
    total: assets.length,
    considered: assets.length,
    facets: {
      gpuClass: count(({ manifest }) => manifest?.gpus[0]?.gpuClass ?? "none"),
      gpuCount: count(({ gpuCount }) => String(gpuCount)),
      region: count(({ region }) => region),
      availability: count(({ availability }) => availability),
      attestation: count(({ attestation }) => attestation),
      measuredBy: count(({ performance }) => performance?.source ?? "self-measured"),
      executor: count(({ manifest }) => manifest?.executor ?? "docker"),
      simulated: count(({ manifest }) => String(manifest?.gpus.some(({ simulated }) => simulated))),
      provider: count(({ provider }) => provider),
    },
    ranges: { pricePerSecond: null, vramMiB: null, fp32MilliGflops: null },
  };
}

export function fixtureTemplate(): Template {
  return templateSchema.parse({
    id: "batch-csv",
    title: "Batch data processing",
    description: "Statistics over a CSV file: count, mean, deviation and resampled intervals for every column.",
    image: `gristmill/batch-csv@sha256:${"ab".repeat(32)}`,
    command: ["node", "/app/main.js", "/in/data.csv"],
    env: {},
    cpuMilli: 1000,
    memoryMiB: 512,
    maxOutputMiB: 16,
    maxSeconds: 600,
    sampleInputs: [{ path: "data.csv", sha256: "cd".repeat(32), bytes: 48_213 }],
  });
}

/** A correct quote for a wire request. */
export function fixtureQuote(wireRequest: unknown, market: Market = fixtureMarket()): Quote {
  const request = quoteRequestSchema.parse(wireRequest);
  const { workload, requirements } = request;
  const now = Math.floor(Date.now() / 1000);
  const pricePerSecond = 420n;
  const compute = pricePerSecond * BigInt(workload.maxSeconds);
  const fee = feeOf(compute, market.feeBps);
  const { terms } = orderSchema.parse(
    toWire({
      terms: {
        buyer: request.buyer,
        refundTo: request.refundTo ?? request.buyer,
        salt: hash(77),
        token: market.paymentToken.address,
        cap: compute + fee,
        pricePerSecondCap: pricePerSecond,
        workload: workloadHash(workload),
        requirements: packRequirements(requirements),
        scheduler: market.scheduler,
        notary: market.notary,
        maxLeases: 3,
        feeBps: market.feeBps,
        feeRecipient: market.feeRecipient,
        leaseEnd: now + workload.maxSeconds + 3600,
        captureDeadline: now + 9000,
        claimDeadline: now + 12_000,
        reclaimAt: now + 15_000,
      },
      workload,
      requirements,
    }),
  );
  const candidate = (id: number, name: string, price: bigint) => ({
    assetId: String(id),
    name,
    chosen: id === 1,
    provider,
    gpuClass: "simulated-l4",
    simulated: true,
    region: "DE",
    pricePerSecond: price.toString(),
    total: (price * BigInt(workload.maxSeconds)).toString(),
    startMs: 5000,
    fp32MilliGflops: 43_500,
    attestation: "self-measured",
    stake: "0",
    reputation: "0",
  });
  return quoteSchema.parse({
    ...(toWire({ terms, workload, requirements }) as object),
    objective: "cheapest",
    why: "north has the lowest price: 0.00042 USD / s, against 0.00061 USD / s at south, the next of 2 that fit",
    considered: 3,
    fitting: 2,
    candidates: [candidate(1, "north", 420n), candidate(2, "south", 610n)],
    refused: [
      {
        gpuClass: "simulated-l4",
        assets: 1,
        assetId: "3",
        name: "harbour",
        pricePerSecond: "380",
        also: [],
        field: "availability",
        reason: "runs another job now",
        got: "leased",
        wanted: "free",
      },
    ],
    price: toWire({
      pricePerSecond,
      maxSeconds: workload.maxSeconds,
      shards: 1,
      compute,
      expected: compute + fee,
      fee,
      feeBps: market.feeBps,
      total: compute + fee,
    }),
    jobId: jobIdOf(terms, market.contracts.escrow, market.chainId),
    vault,
    retention: { uploadSeconds: 604_800, jobUntil: now + 2_600_000 },
    validUntil: now + 600,
  });
}

export function fixtureRequest(market: Market = fixtureMarket()) {
  const { image, command, env, cpuMilli, memoryMiB, maxOutputMiB, maxSeconds, sampleInputs } = fixtureTemplate();
  return quoteRequestSchema.parse({
    buyer: market.developmentAccounts?.[0]?.address ?? buyer,
    workload: { image, command, env, inputs: sampleInputs, cpuMilli, memoryMiB, maxOutputMiB, maxSeconds },
    requirements: { gpuCount: 0, minVramMiB: 0 },
  });
}
