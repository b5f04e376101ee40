import { type FacetName, facetNames, type SearchResult } from "@gristmill/shared/api/search";
import type { Facts } from "../placement/facts.ts";

const LISTED = 100;

const values: Record<FacetName, (facts: Facts) => string | undefined> = {
  gpuClass: ({ gpuClass }) => gpuClass,
  gpuCount: ({ asset }) => String(asset.gpuCount),
  region: ({ asset }) => asset.region || undefined,
  availability: ({ asset }) => asset.availability,
  attestation: ({ asset }) => asset.attestation,
  measuredBy: ({ asset }) => asset.performance?.source,
  executor: ({ asset }) => asset.manifest?.executor,
  simulated: ({ asset: { manifest } }) =>
    (manifest && String(manifest.gpus.some(({ simulated }) => simulated))) || undefined,
  provider: ({ asset }) => asset.provider,
};

/** An asset's value of a facet; undefined: it does not say. */
export function facetValue(facts: Facts, facet: FacetName): string | undefined {
  return values[facet](facts);
}

/** Counts values, one facet at a time. */
export function createFacetCounts() {
  const counts = Object.fromEntries(facetNames.map((name) => [name, new Map<string, number>()])) as Record<
    FacetName,
    Map<string, number>
  >;
  return {
    add(facts: Facts, facet: FacetName): void {
      const value = facetValue(facts, facet);
      if (value !== undefined) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
    },
    result(): SearchResult["facets"] {
      const sorted = facetNames.map((name) => [name, mostFrequent(counts[name])]);
      return Object.fromEntries(sorted) as SearchResult["facets"];
    },
  };
}

function mostFrequent(counts: ReadonlyMap<string, number>) {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, LISTED);
}
