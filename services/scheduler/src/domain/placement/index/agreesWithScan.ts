import type { AssetView } from "@gristmill/shared/api/views";
import { rank } from "../rank.ts";
import { createPlacementIndex } from "./createPlacementIndex.ts";
import type { Step } from "./randomMarket.ts";

/**
 * Plays steps on an index and, beside it, on a plain list that is scanned in full for each decision.
 * @returns the decisions compared
 * @throws Error at the first decision that differs
 */
export function agreesWithScan(assets: readonly AssetView[], steps: readonly Step[]): number {
  const index = createPlacementIndex();
  const market = new Map<string, AssetView>();
  const held = new Map<string, number>();
  const put = (asset: AssetView) => {
    index.put(asset);
    market.set(asset.assetId, asset);
  };
  for (const asset of assets) put(asset);
  let decisions = 0;
  for (const step of steps) {
    if (step.do === "put") put(step.asset);
    else if (step.do === "choose") {
      decisions++;
      const free = [...market.values()].filter((asset) => !isHeld(asset, market, held));
      const expected = rank(free, step.demand).candidates[0];
      const got = index.choose(step.demand);
      if (got === expected?.asset) continue;
      throw new Error(`chose ${got?.assetId ?? "none"}, a full scan ${expected?.asset.assetId ?? "none"}`);
    } else {
      index[step.do](step.assetId);
      if (!market.has(step.assetId)) continue;
      if (step.do === "remove") {
        market.delete(step.assetId);
        held.delete(step.assetId);
      } else if (step.do === "take") held.set(step.assetId, (held.get(step.assetId) ?? 0) + 1);
      else held.set(step.assetId, Math.max(0, (held.get(step.assetId) ?? 0) - 1));
    }
  }
  return decisions;
}

/** Taken itself, or sharing hardware with an asset that is. */
function isHeld(asset: AssetView, market: ReadonlyMap<string, AssetView>, held: ReadonlyMap<string, number>): boolean {
  if ((held.get(asset.assetId) ?? 0) > 0) return true;
  for (const [assetId, times] of held) {
    const other = market.get(assetId);
    if (times > 0 && other?.node === asset.node && (other.units & asset.units) !== 0n) return true;
  }
  return false;
}
