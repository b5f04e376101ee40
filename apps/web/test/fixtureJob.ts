import {
  type AssetView,
  type JobView,
  jobViewSchema,
  type ProviderView,
  providerViewSchema,
} from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import type { JobStatus } from "@gristmill/shared/job/jobStatus";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { outputCommitment } from "@gristmill/shared/receipt/output";
import { feeOf } from "@gristmill/shared/units/amount";
import { toWire } from "@gristmill/shared/units/toWire";
import { sha256, stringToBytes } from "viem";
import {
  address,
  fixtureAsset,
  fixtureAssets,
  fixtureMarket,
  fixtureQuote,
  fixtureRequest,
  hash,
  outputText,
  provider,
  vault,
} from "./fixtureMarket.ts";

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
              shard: 0,
              node: address(101),
              payee: provider,
              pricePerSecond: "420",
              maxSeconds: workload.maxSeconds,
              state: reached < 3 ? "assigned" : captured ? "closed" : "started",
              reason: captured ? "completed" : "none",
              endedBy: captured ? "nobody" : null,
              executor: reached < 3 ? null : "docker",
              simulatedGpu: true,
              assignedAt: now - 75,
              startedAt: reached < 3 ? null : now - 52,
              endsAt: now + 548,
              endedAt: captured ? now - 14 : null,
              answer: null,
              billedSeconds: captured ? 38 : 0,
              meteredSeconds: reached < 3 ? 0 : captured ? 38 : 30,
              charged: (captured ? amount + fee : 0n).toString(),
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
    shards: 1,
    output: captured ? { commitment, manifest } : null,
    checkpoints: [],
    outputs: captured ? [{ shard: 0, leaseId: hash(42), commitment, manifest }] : [],
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
