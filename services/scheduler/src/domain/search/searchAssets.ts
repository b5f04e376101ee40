import { facetNames, type SearchQuery, type SearchResult } from "@gristmill/shared/api/search";
import type { AssetView } from "@gristmill/shared/api/views";
import { toWire } from "@gristmill/shared/units/toWire";
import { pageOf } from "../page/pageOf.ts";
import { type Facts, factsOf } from "../placement/facts.ts";
import { createFacetCounts } from "./facets.ts";
import { filtersOf } from "./filters.ts";
import { compareScores, type Score, scoreOf } from "./score.ts";

export interface SearchInput {
  assets: readonly AssetView[];
  query: SearchQuery;
  /** Unix seconds of the chain. */
  now: number;
  /** Atomic units of one unit of the payment token. */
  dollar: bigint;
}

interface Found {
  asset: AssetView;
  id: bigint;
  score: Score;
}

/** The assets that pass a query's filters, best first, a page of them, with the counts of every facet. Undefined: a wrong cursor. */
export function searchAssets({ assets, query, now, dollar }: SearchInput): SearchResult | undefined {
  const filters = filtersOf(query, now, dollar);
  const counts = createFacetCounts();
  const ranges = { pricePerSecond: range(), vramMiB: range(), fp32MilliGflops: range() };
  const found: Found[] = [];
  for (const asset of assets) {
    const facts = factsOf(asset);
    const failed = filters.filter(({ passes }) => !passes(facts));
    const [first] = failed;
    // What fails by one facet alone would pass with another value of it, so it counts there.
    if (failed.length === 1 && first?.facet !== undefined) counts.add(facts, first.facet);
    if (failed.length > 0) continue;
    for (const facet of facetNames) counts.add(facts, facet);
    widen(ranges, facts);
    found.push({ asset, id: facts.id, score: scoreOf(asset, query.sort) });
  }
  found.sort((a, b) => compareScores(a.score, a.id, b.score, b.id));
  const page = pageOf(
    {
      list: listOf(query),
      items: found,
      positionOf: ({ score, id }) => [String(id), ...(score === null ? [] : [String(score.of), String(score.per)])],
      isAfter: ({ score, id }, [atId = "0", of, per]) => {
        const at = of === undefined || per === undefined ? null : { of: BigInt(of), per: BigInt(per) };
        return compareScores(score, id, at, BigInt(atId)) > 0;
      },
    },
    query,
  );
  if (page === undefined) return undefined;
  return {
    items: page.items.map(({ asset }) => asset),
    next: page.next,
    total: found.length,
    considered: assets.length,
    facets: counts.result(),
    ranges: {
      pricePerSecond: ranges.pricePerSecond.result(),
      vramMiB: ranges.vramMiB.result(),
      fp32MilliGflops: ranges.fp32MilliGflops.result(),
    },
  };
}

/** A cursor goes on with the filters and the order that it began with; only the length of a page may change. */
function listOf({ limit: _limit, cursor: _cursor, ...query }: SearchQuery): string {
  const fields = Object.entries(toWire(query)).filter(([, value]) => value !== undefined);
  return `assets ${JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

function range() {
  let [min, max]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  return {
    add(value: bigint): void {
      if (min === undefined || value < min) min = value;
      if (max === undefined || value > max) max = value;
    },
    result: () => (min === undefined || max === undefined ? null : { min, max }),
  };
}

function widen(
  ranges: Record<keyof SearchResult["ranges"], ReturnType<typeof range>>,
  { asset, vramMiB }: Facts,
): void {
  if (asset.listing !== null) ranges.pricePerSecond.add(asset.listing.pricePerSecond);
  if (asset.performance !== null) ranges.fp32MilliGflops.add(BigInt(asset.performance.fp32MilliGflops));
  ranges.vramMiB.add(BigInt(vramMiB));
}
