import type { AssetView } from "@gristmill/shared/api/views";
import { type AssetSources, placementViews } from "./assetViews.ts";

/** How long a node's word, a listing's end or a lost node may take to reach placement; what the chain says reaches it at once. */
const REFRESH_MS = 100;

/** All assets for placement, worked out anew when the chain's state changed or some time passed: epochs are far more often. */
export function createPlacementSnapshot(sources: () => AssetSources, nowMs: () => number): () => readonly AssetView[] {
  let known: { state: AssetSources["state"]; views: readonly AssetView[]; untilMs: number } | undefined;
  return () => {
    const from = sources();
    if (known !== undefined && known.state === from.state && nowMs() < known.untilMs) return known.views;
    const fresh = placementViews(from);
    const before = known?.views;
    const same = before?.length === fresh.length && fresh.every((view, index) => view === before[index]);
    known = { state: from.state, views: same ? before : fresh, untilMs: nowMs() + REFRESH_MS };
    return known.views;
  };
}
