import type { Board } from "./board.ts";

/**
 * Whether no plan can be worth more than this one, shown by prices (the dual of the assignment problem): each asset in use costs
 * what its most eager want would give over the best asset that nobody has. What all wants could gain at these prices, and the
 * prices themselves, bound every plan. Tight for jobs that want the same; gangs are not judged.
 */
export function isBest(board: Board): boolean {
  const taken = new Map<string, number>();
  for (const want of board.wants.keys()) {
    if ((board.wants[want]?.size ?? 1) > 1) return false;
    for (const place of board.chosen(want)) taken.set(board.optionsOf(want)[place]?.asset.assetId ?? "", 0);
  }
  const fallbacks = [...board.wants.keys()].map((want) =>
    board
      .optionsOf(want)
      .reduce((best, { asset, worth }) => (taken.has(asset.assetId) ? best : Math.max(best, worth)), 0),
  );
  for (const want of board.wants.keys()) {
    const fallback = fallbacks[want] ?? 0;
    for (const { asset, worth } of board.optionsOf(want)) {
      const price = taken.get(asset.assetId);
      if (price !== undefined && worth - fallback > price) taken.set(asset.assetId, worth - fallback);
    }
  }
  let bound = 0;
  for (const price of taken.values()) bound += price;
  for (const fallback of fallbacks) bound += fallback;
  return board.total() >= bound;
}
