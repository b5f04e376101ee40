import type { AssetView } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { MarketState } from "../domain/lifecycle/marketState.ts";
import { nothing, plus, type Resources, resourcesOf } from "../domain/placement/epoch/fairness.ts";
import { planEpoch } from "../domain/placement/epoch/planEpoch.ts";
import type { Want } from "../domain/placement/epoch/want.ts";
import { createPlacementIndex } from "../domain/placement/index/createPlacementIndex.ts";

/** Jobs that ask within this time are placed together, so that which of them gets an asset is chosen, not raced for. */
const EPOCH_MS = 5;
/** A job that waits keeps its turn for this long without asking again, and an asset chosen for it is kept as long. */
const PATIENCE_MS = 15_000;

export interface PlacementDesk {
  /**
   * Chooses assets for a job among all jobs that wait. They are kept from other jobs until `done`.
   * @returns the assets; undefined: it waits, and `wake` is called when it is its turn
   */
  place(want: Want): Promise<readonly AssetView[] | undefined>;
  /** The assignment of a job's assets was made or refused: the chain's word counts from here. */
  done(jobId: string): void;
}

export interface PlacementDeskDeps {
  /** All assets; those that did not change are the same objects as before, and so is the list when none did. */
  views(): readonly AssetView[];
  state(): MarketState;
  wake(jobId: JobId): void;
  nowMs(): number;
}

/** Where jobs and assets of a running market meet: keeps the index up to date and plans in short epochs. */
export function createPlacementDesk({ views, state, wake, nowMs }: PlacementDeskDeps): PlacementDesk {
  const index = createPlacementIndex();
  const seen = new Map<string, AssetView>();
  const waiting = new Map<string, { want: Want; untilMs: number }>();
  const kept = new Map<string, { want: Want; assets: readonly AssetView[]; untilMs: number }>();
  const asking = new Map<string, PromiseWithResolvers<readonly AssetView[] | undefined>>();
  let timer: NodeJS.Timeout | undefined;
  let total: Resources = nothing;
  let taken: readonly AssetView[] | undefined;

  const takeIn = () => {
    const all = views();
    if (all === taken) return;
    taken = all;
    const now = new Set<string>();
    let changed = false;
    for (const view of all) {
      now.add(view.assetId);
      if (seen.get(view.assetId) === view) continue;
      seen.set(view.assetId, view);
      index.put(view);
      changed = true;
    }
    for (const assetId of seen.keys()) {
      if (now.has(assetId)) continue;
      seen.delete(assetId);
      index.remove(assetId);
      changed = true;
    }
    if (changed) total = [...seen.values()].map(resourcesOf).reduce(plus, nothing);
  };

  const done = (jobId: string) => {
    for (const asset of kept.get(jobId)?.assets ?? []) index.give(asset.assetId);
    kept.delete(jobId);
  };

  const epoch = () => {
    const nowTime = nowMs();
    for (const [jobId, { untilMs }] of kept) if (untilMs < nowTime && !asking.has(jobId)) done(jobId);
    for (const [jobId, { untilMs }] of waiting) if (untilMs < nowTime && !asking.has(jobId)) waiting.delete(jobId);
    takeIn();
    const wants = [...waiting.values()].map(({ want }) => want).filter(({ jobId }) => !kept.has(jobId));
    const { placed, waiting: left } = planEpoch({
      wants,
      list(demand, limit) {
        const assets: AssetView[] = [];
        index.scan(demand, (asset) => assets.push(asset) >= limit);
        return assets;
      },
      used: usedBy(state()),
      total,
    });
    for (const { want, assets } of placed) {
      for (const asset of assets) index.take(asset.assetId);
      kept.set(want.jobId, { want, assets, untilMs: nowTime + PATIENCE_MS });
      waiting.delete(want.jobId);
      if (!asking.has(want.jobId)) wake(want.jobId as JobId);
    }
    for (const [jobId, answer] of asking) answer.resolve(kept.get(jobId)?.assets);
    asking.clear();
    // An epoch looks at the best assets alone: while it places some, there may be more for those that it left.
    if (timer === undefined && placed.length > 0 && left.length > 0) timer = setTimeout(run, EPOCH_MS);
  };

  const run = () => {
    timer = undefined;
    try {
      epoch();
    } catch (error) {
      // Whoever asked tries again; nothing was promised to them.
      for (const answer of asking.values()) answer.reject(error);
      asking.clear();
    }
  };

  return {
    place(want) {
      waiting.set(want.jobId, { want, untilMs: nowMs() + PATIENCE_MS });
      const answer = asking.get(want.jobId) ?? Promise.withResolvers();
      asking.set(want.jobId, answer);
      if (timer === undefined) timer = setTimeout(run, EPOCH_MS);
      return answer.promise;
    },
    done,
  };

  /** What each buyer's live leases use, and what is kept for their jobs. */
  function usedBy({ assets, leases, jobs }: MarketState): Map<string, Resources> {
    const used = new Map<string, Resources>();
    const add = (buyer: string, asset: AssetView) =>
      used.set(buyer, plus(used.get(buyer) ?? nothing, resourcesOf(asset)));
    for (const { want, assets: promised } of kept.values()) for (const asset of promised) add(want.buyer, asset);
    for (const { assetId, liveLease } of assets.values()) {
      const lease = liveLease === null ? undefined : leases.get(liveLease);
      const buyer = lease === undefined ? undefined : jobs.get(lease.jobId)?.terms.buyer;
      const view = seen.get(assetId);
      if (buyer !== undefined && view !== undefined) add(buyer, view);
    }
    return used;
  }
}
