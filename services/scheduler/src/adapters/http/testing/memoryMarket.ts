import { EventEmitter } from "node:events";
import type { Order } from "@gristmill/shared/api/quote";
import type { AssetView, JobView, ProviderView } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import { gangSizeOf } from "@gristmill/shared/job/requirements";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { vaultOf } from "@gristmill/shared/job/vaultOf";
import { type Hex, zeroHash } from "viem";
import type { MarketCommands } from "../../../application/marketCommands.ts";
import type { MarketReads, StoredLogLine } from "../../../application/marketReads.ts";
import { assetFixture } from "../../../domain/placement/assetFixture.ts";

/** The market's ports in memory, for tests of the surface alone. */
export class MemoryMarket {
  readonly market: Market;
  readonly vaultInitCodeHash: Hex;
  assets: AssetView[] = [assetFixture()];
  readonly jobs = new Map<JobId, JobView>();
  readonly leases = new Map<string, NonNullable<ReturnType<MarketReads["leaseOf"]>>>();
  providerLeases: ProviderView["leases"] = [];
  readonly logs = new Map<JobId, StoredLogLine[]>();
  readonly kept: Order[] = [];
  readonly funded: { order: Order; txHash: Hex | undefined }[] = [];
  readonly accepted: { jobId: JobId; spent: bigint }[] = [];
  readonly settled: JobId[] = [];
  readonly changes = new EventEmitter();
  /** What moving a vault into the escrow does; a test with a chain puts the real thing here. */
  sweep: (order: Order) => Promise<void> = async () => undefined;

  constructor(market: Market, vaultInitCodeHash: Hex = zeroHash) {
    this.market = market;
    this.vaultInitCodeHash = vaultInitCodeHash;
  }

  idOf(order: Order): JobId {
    return jobIdOf(order.terms, this.market.contracts.escrow, this.market.chainId);
  }

  vaultOf(jobId: JobId) {
    return vaultOf(jobId, this.market.contracts.escrow, this.vaultInitCodeHash);
  }

  openJob(order: Order): JobView {
    const jobId = this.idOf(order);
    const job = jobView(order, jobId, this.vaultOf(jobId));
    this.jobs.set(jobId, job);
    this.changes.emit(jobId);
    return job;
  }

  readonly reads: MarketReads = {
    assets: () => this.assets,
    asset: (assetId) => this.assets.find((asset) => asset.assetId === assetId),
    job: async (jobId) => this.jobs.get(jobId),
    buyerOf: (jobId) => this.jobs.get(jobId)?.terms.buyer,
    leaseOf: (leaseId) => this.leases.get(leaseId),
    jobsOf: async (buyer) =>
      [...this.jobs.values()].filter(({ terms }) => terms.buyer === buyer).map(({ jobId }) => jobId),
    fundedAt: (jobId) => this.jobs.get(jobId)?.createdAt,
    leasesOf: () => this.providerLeases,
    leases: async (leaseIds) =>
      leaseIds.flatMap((leaseId) => this.providerLeases.find((lease) => lease.leaseId === leaseId) ?? []),
    provider: async (provider) => {
      const assets = this.assets.filter((asset) => asset.provider === provider);
      return { provider, assets, nodes: [], earnings: { withdrawable: 0n, pending: 0n, total: 0n }, leases: [] };
    },
    logs: async (jobId, afterId, limit) =>
      (this.logs.get(jobId) ?? []).filter(({ id }) => id > afterId).slice(0, limit),
    onJobChange: (jobId, listener) => {
      this.changes.on(jobId, listener);
      return () => this.changes.off(jobId, listener);
    },
    chainTime: () => 0,
  };

  readonly commands: MarketCommands = {
    keepOrder: async (order) => {
      this.kept.push(order);
    },
    isFunded: async (jobId) => this.jobs.has(jobId),
    fundFromVault: async (order, { txHash }) => {
      await this.sweep(order);
      this.funded.push({ order, txHash });
      this.openJob(order);
    },
    accept: async (jobId, spent) => {
      const job = this.jobs.get(jobId);
      if (job && spent !== job.spent) {
        throw new BaseError("acceptance_invalid", `sign for ${job.spent}, not for ${spent}`);
      }
      this.accepted.push({ jobId, spent });
    },
    settle: async (jobId) => {
      this.settled.push(jobId);
    },
  };
}

function jobView({ terms, workload, requirements }: Order, jobId: JobId, vault: Hex): JobView {
  return {
    jobId,
    status: "funded",
    detail: "Paid; waiting for a node",
    terms,
    workload,
    requirements,
    vault,
    createdAt: 0,
    timeline: [],
    leases: [],
    receipts: [],
    transactions: [],
    money: {
      deposited: terms.cap,
      reserved: 0n,
      booked: 0n,
      paid: 0n,
      fees: 0n,
      refunded: 0n,
      accepted: false,
      closed: false,
    },
    spent: 0n,
    shards: gangSizeOf(requirements),
    output: null,
    outputs: [],
    checkpoints: [],
    notary: { address: terms.notary, who: "scheduler" },
  };
}
