import type { AssetView, ProviderView } from "@gristmill/shared/api/views";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import { type Address, isAddressEqual } from "viem";
import type { LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import { earnedBy } from "./assetViews.ts";
import type { JobSignals } from "./jobSignals.ts";
import { type JobViewDeps, jobView } from "./jobView.ts";
import { leaseView } from "./leaseView.ts";
import type { MarketReads } from "./marketReads.ts";
import type { LogStore } from "./ports.ts";

/** Leases that a provider's page shows; the rest is behind `/leases`. */
const RECENT_LEASES = 50;

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
      if (!index.state().jobs.has(jobId)) return undefined;
      const order = await orders.find(jobId);
      // Blocks may have come meanwhile: everything shown is of one snapshot.
      const state = index.state();
      const job = state.jobs.get(jobId);
      return job === undefined || order === undefined ? undefined : jobView(deps, state, job, order);
    },
    buyerOf: (jobId) => index.state().jobs.get(jobId)?.terms.buyer,
    leaseOf(leaseId) {
      const { leases, nodes } = index.state();
      const lease = leases.get(leaseId);
      if (lease === undefined) return undefined;
      const { jobId, node, state } = lease;
      return { jobId, node, isOpen: state !== "closed", isNodeRevoked: nodes.get(node)?.revoked ?? true };
    },
    jobsOf: (buyer) => orders.idsOf(buyer),
    fundedAt: (jobId) => index.state().jobs.get(jobId)?.fundedAt,
    leasesOf: (provider) => leasesOfProvider(index.state(), provider),
    leases: (leaseIds) => providerLeases(deps, leaseIds),
    provider: (provider) => providerView(deps, provider),
    logs: logs.after,
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
  const recent = [...leasesOfProvider(state, provider)]
    .sort((a, b) => b.assignedAt - a.assignedAt)
    .slice(0, RECENT_LEASES);
  const [withdrawable, leases] = await Promise.all([
    index.withdrawable(provider),
    providerLeases(
      deps,
      recent.map(({ leaseId }) => leaseId),
    ),
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
    leases,
  };
}

function leasesOfProvider(state: MarketState, provider: Address): LeaseRecord[] {
  return [...state.leases.values()].filter(({ payee }) => isAddressEqual(payee, provider));
}

async function providerLeases(deps: ReadsDeps, leaseIds: readonly LeaseId[]): Promise<ProviderView["leases"]> {
  const state = deps.index.state();
  const leases = leaseIds.flatMap((leaseId) => state.leases.get(leaseId) ?? []);
  const ids = leases.map(({ leaseId }) => leaseId);
  const [phases, metered] = await Promise.all([deps.leaseNotes.phases(ids), deps.ticks.metered(ids)]);
  return leases.map((lease) => ({
    ...leaseView(
      lease,
      state.assets.get(lease.assetId),
      deps.fleet,
      phases.get(lease.leaseId) ?? [],
      metered.get(lease.leaseId) ?? 0,
    ),
    jobId: lease.jobId,
    earned: earnedBy(lease),
  }));
}
