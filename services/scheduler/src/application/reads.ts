import type { AssetView, ProviderView } from "@gristmill/shared/api/views";
import { type Address, isAddressEqual } from "viem";
import { earnedBy } from "./assetViews.ts";
import type { JobSignals } from "./jobSignals.ts";
import { type JobViewDeps, jobView } from "./jobView.ts";
import { leaseView } from "./leaseView.ts";
import type { MarketReads } from "./marketReads.ts";
import type { LogStore } from "./ports.ts";

const MAX_LOG_LINES = 1000;

export interface ReadsDeps extends JobViewDeps {
  /** All assets as the marketplace shows them. */
  assets(): AssetView[];
  logs: LogStore;
  signals: JobSignals;
}

/** What the HTTP surface may read. */
export function createMarketReads(deps: ReadsDeps): MarketReads {
  const { index, orders, logs, signals } = deps;
  const { assets } = deps;
  const reads: MarketReads = {
    assets,
    asset: (assetId) => assets().find((asset) => asset.assetId === assetId),
    async job(jobId) {
      const job = index.state().jobs.get(jobId);
      const order = job === undefined ? undefined : await orders.find(jobId);
      return job === undefined || order === undefined ? undefined : jobView(deps, job, order);
    },
    buyerOf: (jobId) => index.state().jobs.get(jobId)?.terms.buyer,
    leaseOf(leaseId) {
      const { leases, nodes } = index.state();
      const lease = leases.get(leaseId);
      if (lease === undefined) return undefined;
      const { jobId, node, state } = lease;
      return { jobId, node, isOpen: state !== "closed", isNodeRevoked: nodes.get(node)?.revoked ?? true };
    },
    async jobsOf(buyer) {
      const views = await Promise.all((await orders.ofBuyer(buyer)).map((order) => reads.job(order.jobId)));
      return views
        .filter((view) => view !== undefined)
        .map(({ jobId, status, detail, createdAt, workload, money }) => {
          return { jobId, status, detail, createdAt, image: workload.image, money };
        });
    },
    provider: (provider) => providerView(deps, provider),
    logs: (jobId, afterId) => logs.after(jobId, afterId, MAX_LOG_LINES),
    onJobChange: signals.onChange,
    chainTime: index.chainTime,
  };
  return reads;
}

async function providerView(deps: ReadsDeps, provider: Address): Promise<ProviderView> {
  const { index, fleet } = deps;
  const state = index.state();
  const own = (address: Address) => isAddressEqual(address, provider);
  const assets = deps.assets().filter((asset) => own(asset.provider));
  const leases = [...state.leases.values()].filter((lease) => own(lease.payee));
  const ids = leases.map((lease) => lease.leaseId);
  const [withdrawable, phases, metered] = await Promise.all([
    index.withdrawable(provider),
    deps.leaseNotes.phases(ids),
    deps.ticks.metered(ids),
  ]);
  let pending = 0n;
  let total = 0n;
  for (const job of state.jobs.values()) {
    pending += job.booked.get(provider) ?? 0n;
    total += job.released.get(provider) ?? 0n;
  }
  return {
    provider,
    assets,
    nodes: fleet
      .members()
      .filter((member) => own(member.provider))
      .map((member) => {
        const paired = state.nodes.get(member.node);
        // A node whose key another provider registered is not this provider's, whatever it says.
        const ours = paired !== undefined && own(paired.provider);
        return {
          node: member.node,
          state: paired?.revoked ? "revoked" : ours ? "paired" : "waiting",
          online: fleet.isOnline(member.node),
          lastSeenAt: member.lastSeenMs === null ? null : Math.floor(member.lastSeenMs / 1000),
          manifest: member.manifest,
          manifestHash: member.manifestHash,
          pairing: member.pairing,
          assetId: assets.findLast((asset) => isAddressEqual(asset.node, member.node))?.assetId ?? null,
        };
      }),
    earnings: { withdrawable, pending, total },
    leases: leases
      .map((lease) => ({
        ...leaseView(
          lease,
          state.assets.get(lease.assetId),
          fleet,
          phases.get(lease.leaseId) ?? [],
          metered.get(lease.leaseId) ?? 0,
        ),
        jobId: lease.jobId,
        earned: earnedBy(lease),
      }))
      .reverse(),
  };
}
