import type { AssetView } from "@gristmill/shared/api/views";
import { type Facts, factsOf } from "../facts.ts";
import { matcher } from "../matcher.ts";
import { byPrice, orders } from "../order.ts";
import type { Demand } from "../placement.ts";
import { failedOn } from "../rank.ts";
import { startEstimateMs } from "../startEstimate.ts";
import { createPlacementIndex } from "./createPlacementIndex.ts";
import type { Step } from "./randomMarket.ts";

/**
 * Plays steps on an index and, beside it, on a plain list that is scanned in full for each decision.
 * @returns the decisions compared, and how many of them found an asset
 * @throws Error at the first decision that differs
 */
export function agreesWithScan(
  assets: readonly AssetView[],
  steps: readonly Step[],
): { decisions: number; found: number } {
  const index = createPlacementIndex();
  const market = new Map<string, Facts>();
  const held = new Map<string, number>();
  const put = (asset: AssetView) => {
    index.put(asset);
    market.set(asset.assetId, factsOf(asset));
  };
  for (const asset of assets) put(asset);
  let [decisions, found] = [0, 0];
  for (const step of steps) {
    if (step.do === "put") put(step.asset);
    else if (step.do === "choose") {
      decisions++;
      const free = [...market.values()].filter(({ asset }) => !isHeld(asset, market, held));
      const expected = fullScan(free, step.demand)?.asset;
      const got = index.choose(step.demand);
      if (got !== undefined) found++;
      if (got === expected) continue;
      throw new Error(`chose ${got?.assetId ?? "none"}, a full scan ${expected?.assetId ?? "none"}`);
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
  return { decisions, found };
}

/** The best of all that fit, by looking at each: `rank` without words for those that do not. */
function fullScan(assets: readonly Facts[], demand: Demand): Facts | undefined {
  const fits = matcher(demand);
  const objective = demand.requirements.objective ?? "cheapest";
  const better = (left: Facts, right: Facts) =>
    Number(failedOn(left, demand)) - Number(failedOn(right, demand)) ||
    (objective === "fastest_start"
      ? startEstimateMs(left, demand) - startEstimateMs(right, demand) || byPrice(left, right)
      : orders[objective](left, right));
  let best: Facts | undefined;
  for (const facts of assets) if (fits(facts) && (best === undefined || better(facts, best) < 0)) best = facts;
  return best;
}

/** Taken itself, or sharing hardware with an asset that is. */
function isHeld(asset: AssetView, market: ReadonlyMap<string, Facts>, held: ReadonlyMap<string, number>): boolean {
  if ((held.get(asset.assetId) ?? 0) > 0) return true;
  for (const [assetId, times] of held) {
    const other = market.get(assetId)?.asset;
    if (times > 0 && other?.node === asset.node && (other.units & asset.units) !== 0n) return true;
  }
  return false;
}
