import type { AssetView } from "@gristmill/shared/api/views";
import { type Apart, clash } from "./epoch/want.ts";

/**
 * Assets that can be leased together, the best of a list: each in turn that fits beside those before it. Where the best ones
 * stand in each other's way, those that occupy the least of a node's hardware go first: no more assets of one node could then
 * be had, as long as of two that share hardware one lies within the other (MIG slices do).
 * @param assets those that fit one shard, best first
 * @returns undefined when there are not enough
 */
export function chooseGang(assets: readonly AssetView[], size: number, apart: Apart): AssetView[] | undefined {
  const best = fill(assets, size, apart);
  if (best.length === size) return best;
  const place = new Map(assets.map((asset, index) => [asset.assetId, index]));
  const smallest = [...assets].sort((a, b) => unitsOf(a) - unitsOf(b));
  const most = fill(smallest, size, apart);
  if (most.length < size) return undefined;
  return most.sort((a, b) => (place.get(a.assetId) ?? 0) - (place.get(b.assetId) ?? 0));
}

/** How many of these could be leased together, at most `limit`. */
export function gangOf(assets: readonly AssetView[], limit: number, apart: Apart): number {
  const smallest = [...assets].sort((a, b) => unitsOf(a) - unitsOf(b));
  return Math.max(fill(assets, limit, apart).length, fill(smallest, limit, apart).length);
}

function fill(assets: readonly AssetView[], size: number, apart: Apart): AssetView[] {
  const members: AssetView[] = [];
  for (const asset of assets) {
    if (members.length === size) break;
    if (!members.some((member) => clash(member, asset, apart))) members.push(asset);
  }
  return members;
}

function unitsOf({ units }: AssetView): number {
  return units.toString(2).replaceAll("0", "").length;
}
