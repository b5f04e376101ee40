import { orderSchema, type Quote, quoteRequestSchema, quoteSchema } from "@gristmill/shared/api/quote";
import {
  type AssetView,
  assetViewSchema,
  type JobView,
  jobViewSchema,
  type ProviderView,
  providerViewSchema,
  type Template,
  templateSchema,
} from "@gristmill/shared/api/views";
import { type Market, marketSchema } from "@gristmill/shared/chain/market";
import type { JobStatus } from "@gristmill/shared/job/jobStatus";
import { packRequirements } from "@gristmill/shared/job/requirements";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { feeOf } from "@gristmill/shared/units/amount";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, padHex, sha256, stringToBytes } from "viem";

/** Everything a page shows, made with the shared schemas; for tests and for looking at pages, never shipped. */
const address = (n: number): Address => padHex(`0x${n.toString(16)}`, { size: 20 });
const hash = (n: number) => padHex(`0x${n.toString(16)}`, { size: 32 });
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
    listing: {
      pricePerSecond: part.pricePerSecond.toString(),
      minSeconds: 1,
      maxSeconds: 3600,
      endsAt: now + 1_000_000,
      version: 1,
    },
    availability: part.free === false ? "leased" : "free",
    lastSeenAt: now - 2,
    liveLease: null,
    stats: { leases: part.id * 3, completed: part.id * 3 - 1, billedSeconds: 840, earned: "352800" },
  });
}

export const fixtureAssets = (): AssetView[] => [
  fixtureAsset({ id: 1, name: "north", pricePerSecond: 420n }),
  fixtureAsset({ id: 2, name: "south", pricePerSecond: 610n }),
  fixtureAsset({ id: 3, name: "harbour", pricePerSecond: 380n, free: false }),
];

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
        notary: request.notary ?? market.notary,
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
    provider,
    gpuClass: "simulated-l4",
    simulated: true,
    region: "DE",
    pricePerSecond: price.toString(),
    total: (price * BigInt(workload.maxSeconds)).toString(),
  });
  return quoteSchema.parse({
    ...(toWire({ terms, workload, requirements }) as object),
    candidates: [candidate(1, "north", 420n), candidate(2, "south", 610n)],
    refused: [
      {
        assetId: "3",
        name: "harbour",
        field: "availability",
        reason: "runs another job now",
        got: "leased",
        wanted: "free",
      },
    ],
    price: toWire({
      pricePerSecond,
      maxSeconds: workload.maxSeconds,
      compute,
      fee,
      feeBps: market.feeBps,
      total: compute + fee,
    }),
    jobId: jobIdOf(terms, market.contracts.escrow, market.chainId),
    vault,
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

const path: JobStatus[] = ["funded", "placed", "pulling", "running", "proving", "captured", "settled"];
const words: Record<string, string> = {
  funded: "Paid; looking for a machine.",
  placed: "north took the job.",
  pulling: "north gets the program and the input.",
  running: "Your program runs on north.",
  proving: "north proves the seconds it bills.",
  captured: "38 s were proven on chain.",
  settled: "Settled; 0.241 USD went back.",
};

/** A job of the sample order in any state of a good run. */
export function fixtureJob(status: JobStatus, market: Market = fixtureMarket()): JobView {
  const quote = fixtureQuote(toWire(fixtureRequest(market)), market);
  const { terms, workload, requirements, jobId } = quote;
  const now = Math.floor(Date.now() / 1000);
  const reached = path.indexOf(status);
  const captured = reached >= 5;
  const settled = status === "settled";
  const amount = 420n * 38n;
  const fee = feeOf(amount, market.feeBps);
  const manifest = {
    version: 1 as const,
    exitCode: 0,
    files: [
      { path: "report.md", sha256: sha256(stringToBytes("# Report")).slice(2), bytes: 8 },
      { path: "stats.json", sha256: sha256(stringToBytes(outputText)).slice(2), bytes: outputText.length },
    ],
  };
  const commitment = outputCommitment(manifest as Parameters<typeof outputCommitment>[0]);
  const transaction = (verb: string, n: number) => ({
    txHash: hash(900 + n),
    verb,
    from: market.scheduler,
    gasUsed: String(90_000 + n * 31_337),
    blockNumber: n,
    at: now - 80 + n * 8,
  });
  return jobViewSchema.parse({
    ...(toWire({ terms, workload, requirements }) as object),
    jobId,
    status,
    detail: words[status],
    vault,
    createdAt: now - 90,
    timeline: path.slice(0, reached + 1).map((each, index) => ({
      status: each,
      at: now - 85 + index * 11,
      detail: words[each],
      txHash: index % 2 ? null : hash(700 + index),
    })),
    leases:
      reached < 1
        ? []
        : [
            {
              leaseId: hash(42),
              assetId: "1",
              assetName: "north",
              node: address(101),
              payee: provider,
              pricePerSecond: "420",
              maxSeconds: workload.maxSeconds,
              state: reached < 3 ? "assigned" : captured ? "closed" : "started",
              reason: captured ? "completed" : "none",
              executor: reached < 3 ? null : "docker",
              simulatedGpu: true,
              assignedAt: now - 75,
              startedAt: reached < 3 ? null : now - 52,
              endsAt: now + 548,
              endedAt: captured ? now - 14 : null,
              billedSeconds: captured ? 38 : 0,
              meteredSeconds: reached < 3 ? 0 : captured ? 38 : 30,
            },
          ],
    receipts: captured
      ? [
          {
            leaseId: hash(42),
            sequence: 0,
            from: 0,
            to: 38,
            head: "1234567890123456789012345678901234567890123456789012345678901234",
            output: commitment,
            last: true,
            amount: amount.toString(),
            fee: fee.toString(),
            nodeSignature: `0x${"1b".repeat(65)}`,
            notarySignature: `0x${"1c".repeat(65)}`,
            proof: {
              a: ["1", "2"],
              b: [
                ["3", "4"],
                ["5", "6"],
              ],
              c: ["7", "8"],
            },
            proveMs: 1840,
            txHash: hash(904),
            gasUsed: "412345",
          },
        ]
      : [],
    transactions: ["pay", "sweep", "assign", "start", "capture", "accept", "settle"]
      .slice(0, Math.min(7, reached + (reached >= 3 ? 1 : 2)))
      .map(transaction),
    money: toWire({
      deposited: terms.cap,
      reserved: captured ? 0n : reached < 1 ? 0n : terms.cap,
      booked: captured && !settled ? amount : 0n,
      paid: settled ? amount : 0n,
      fees: captured ? fee : 0n,
      refunded: settled ? terms.cap - amount - fee : 0n,
      accepted: settled,
      closed: settled,
    }),
    spent: (captured ? amount + fee : 0n).toString(),
    output: captured ? { commitment, manifest } : null,
    notary: { address: market.notary, who: "scheduler" },
  });
}

export function fixtureProvider(): ProviderView {
  const assets = fixtureAssets().slice(0, 2);
  const waiting = fixtureAsset({ id: 7, name: "attic", pricePerSecond: 1n });
  const paired = fixtureAsset({ id: 8, name: "cellar", pricePerSecond: 1n });
  const now = Math.floor(Date.now() / 1000);
  const node = (asset: AssetView, state: string, assetId: string | null) => ({
    node: asset.node,
    state,
    online: true,
    lastSeenAt: now - 1,
    manifest: asset.manifest,
    manifestHash: asset.manifest ? manifestHash(asset.manifest) : hash(0),
    pairing: { deadline: now + 86_400, signature: `0x${"ab".repeat(65)}` },
    assetId,
  });
  const job = fixtureJob("captured");
  return providerViewSchema.parse({
    provider,
    assets: toWire(assets),
    nodes: [
      node(waiting, "waiting", null),
      node(paired, "paired", null),
      ...assets.map((asset) => node(asset, "paired", asset.assetId)),
    ],
    earnings: { withdrawable: "352800", pending: "15960", total: "801200" },
    leases: toWire(job.leases).map((lease) => ({ ...lease, jobId: job.jobId, earned: "15960" })),
  });
}
