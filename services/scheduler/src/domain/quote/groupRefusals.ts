import type { Quote } from "@gristmill/shared/api/quote";
import { manifestGpuClass } from "@gristmill/shared/manifest/manifest";
import type { Refusal } from "../placement/placement.ts";
import { assetName } from "./assetName.ts";

type Group = Quote["refused"][number];

/**
 * One line for each GPU class and reason, with the nearest asset to what would fit: however big the market, the buyer reads
 * what to change. Nearest first.
 */
export function groupRefusals(refused: readonly Refusal[]): Group[] {
  const groups = new Map<string, Refusal[]>();
  for (const refusal of refused) {
    const key = JSON.stringify([gpuClassOf(refusal), refusal.mismatches[0].field]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [refusal]);
    else group.push(refusal);
  }
  return [...groups.values()]
    .map((group) => ({ group, nearest: group.reduce((best, each) => (compare(each, best) < 0 ? each : best)) }))
    .sort((a, b) => compare(a.nearest, b.nearest))
    .map(({ group, nearest }) => toGroup(nearest, group.length));
}

function gpuClassOf({ asset: { manifest } }: Refusal): string | null {
  return (manifest && manifestGpuClass(manifest)) ?? null;
}

function toGroup(nearest: Refusal, assets: number): Group {
  const [first, ...also] = nearest.mismatches;
  const { asset } = nearest;
  return {
    gpuClass: gpuClassOf(nearest),
    assets,
    assetId: asset.assetId,
    name: assetName(asset),
    pricePerSecond: asset.listing?.pricePerSecond ?? null,
    ...first,
    also,
  };
}

/** Fewest mismatches first, then the cheapest, then the lowest id. */
function compare(left: Refusal, right: Refusal): number {
  const missing = left.mismatches.length - right.mismatches.length;
  if (missing !== 0) return missing;
  const [ours, theirs] = [left.asset.listing?.pricePerSecond, right.asset.listing?.pricePerSecond];
  if (ours !== theirs) {
    if (ours === undefined) return 1;
    return theirs === undefined || ours < theirs ? -1 : 1;
  }
  return BigInt(left.asset.assetId) < BigInt(right.asset.assetId) ? -1 : 1;
}
