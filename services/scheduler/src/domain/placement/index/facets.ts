import type { Facts } from "../facts.ts";
import type { Demand } from "../placement.ts";

/**
 * Numbers of the bitsets that an asset is in, and of those that a demand looks through. Each is a necessary condition: an
 * asset outside of it cannot fit; one inside is still matched strictly.
 */
const GPUS = 0;
const MEMORY = 8;
const LEVEL = 34;
const REGION = 36;

export const FACETS = REGION + 26 * 26;

/** Facets of an asset: at least this many GPUs and this much memory by powers of two, at least this level, its region. */
export function facetsOf({ asset, vramMiB, attestationLevel }: Facts): number[] {
  const facets: number[] = [];
  for (let step = 1; step <= stepOf(asset.gpuCount, 7); step++) facets.push(GPUS + step);
  for (let step = 1; step <= stepOf(vramMiB, 25); step++) facets.push(MEMORY + step);
  for (let level = 1; level <= attestationLevel; level++) facets.push(LEVEL + level - 1);
  const region = regionFacet(asset.region);
  if (region !== undefined) facets.push(region);
  return facets;
}

/** Facets that every fitting asset is in; undefined: none can fit. */
export function facetsWanted({ requirements }: Demand): number[] {
  const facets: number[] = [];
  if (requirements.gpuCount > 0) facets.push(GPUS + stepOf(requirements.gpuCount, 7));
  if (requirements.minVramMiB > 0) facets.push(MEMORY + stepOf(requirements.minVramMiB, 25));
  const level = requirements.minAttestationLevel ?? 0;
  if (level > 0) facets.push(LEVEL + level - 1);
  const region = requirements.region === undefined ? undefined : regionFacet(requirements.region);
  if (region !== undefined) facets.push(region);
  return facets;
}

/** 1 for 1, 2 for 2 and 3, 3 for 4 to 7 and so on, at most `most`; 0 for nothing. */
function stepOf(amount: number, most: number): number {
  return amount < 1 ? 0 : Math.min(most, 32 - Math.clz32(Math.min(amount, 0x7fffffff)));
}

function regionFacet(region: string): number | undefined {
  const [first, second] = [region.charCodeAt(0) - 65, region.charCodeAt(1) - 65];
  const inside = first >= 0 && first < 26 && second >= 0 && second < 26;
  return inside ? REGION + first * 26 + second : undefined;
}
