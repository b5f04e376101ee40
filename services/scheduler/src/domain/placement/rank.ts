import type { AssetView } from "@gristmill/shared/api/views";
import { mismatch } from "./mismatch.ts";
import type { Candidate, Demand, Placement, Refusal } from "./placement.ts";
import { totalOf } from "./totalOf.ts";

/**
 * Splits a snapshot of assets into those that fit, cheapest first (ties: lower asset id), and those that do not, each
 * with the first reason. Changes nothing and asks nobody: the same snapshot gives the same answer.
 */
export function rank(assets: readonly AssetView[], demand: Demand): Placement {
  const candidates: Candidate[] = [];
  const refused: Refusal[] = [];
  for (const asset of assets) {
    const found = mismatch(asset, demand);
    if (found) refused.push({ asset, ...found });
    else if (asset.listing) {
      const { pricePerSecond, version } = asset.listing;
      const total = totalOf(pricePerSecond, demand.workload.maxSeconds, demand.feeBps);
      candidates.push({ asset, pricePerSecond, listingVersion: version, total });
    }
  }
  candidates.sort((a, b) => compare(a.pricePerSecond, b.pricePerSecond) || compareIds(a.asset, b.asset));
  refused.sort((a, b) => compareIds(a.asset, b.asset));
  return { candidates, refused };
}

function compareIds(a: AssetView, b: AssetView): number {
  return compare(BigInt(a.assetId), BigInt(b.assetId));
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
