import type { Sort } from "@gristmill/shared/api/search";
import type { AssetView } from "@gristmill/shared/api/views";

/** `of / per`, more is better; null: nothing is known, which comes last. Whole numbers: equal is equal, on every page. */
export type Score = { of: bigint; per: bigint } | null;

const scores: Record<Sort, (asset: AssetView) => Score> = {
  price: ({ listing }) => (listing === null ? null : { of: -listing.pricePerSecond, per: 1n }),
  value: ({ performance, listing }) =>
    performance === null || listing === null || listing.pricePerSecond === 0n
      ? null
      : { of: BigInt(performance.fp32MilliGflops), per: listing.pricePerSecond },
  // As `reliabilityOf`.
  reliability: ({ stats: { completed, failed } }) => ({
    of: BigInt(completed + 1),
    per: BigInt(completed + failed + 2),
  }),
  performance: ({ performance }) =>
    performance === null ? null : { of: BigInt(performance.fp32MilliGflops), per: 1n },
};

export function scoreOf(asset: AssetView, sort: Sort): Score {
  return scores[sort](asset);
}

/** Negative: `a` comes first. Of equal ones the lower number of the asset does. */
export function compareScores(a: Score, aId: bigint, b: Score, bId: bigint): number {
  if (a !== null && b !== null) {
    const difference = b.of * a.per - a.of * b.per;
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  } else if (a !== b) return a === null ? 1 : -1;
  return aId < bId ? -1 : aId > bId ? 1 : 0;
}
