import type { AssetView } from "@gristmill/shared/api/views";
import type { Board } from "./board.ts";
import { conflict } from "./want.ts";

/**
 * Puts a job that has nothing on an asset, moving its holders aside, so that in all more than `least` is gained.
 * @param kept assets that others of the same chain are moving to
 * @returns whether it did; if not, nothing has changed
 */
export function settle(board: Board, want: number, kept: readonly AssetView[], depth: number, least: number): boolean {
  const start = board.mark();
  for (const [place, { asset, worth }] of board.optionsOf(want).entries()) {
    if (!board.step()) return false;
    if (worth <= least || kept.some((each) => conflict(each, asset))) continue;
    board.assign(want, [place]);
    if (vacate(board, want, asset, [...kept, asset], depth, worth - least)) return true;
    board.rollback(start);
  }
  return false;
}

/** Moves the other holders of an asset elsewhere, at a loss below `most` in all. */
function vacate(
  board: Board,
  want: number,
  asset: AssetView,
  kept: readonly AssetView[],
  depth: number,
  most: number,
): boolean {
  const holders = [...new Set(board.holders(asset))].filter((holder) => holder !== want);
  if (holders.length > 0 && (depth === 0 || holders.some((holder) => isGang(board, holder)))) return false;
  let left = most;
  for (const holder of holders) {
    const before = board.total();
    const had = board.worthOf(holder);
    board.assign(holder, []);
    if (!settle(board, holder, kept, depth - 1, had - left)) return false;
    left -= before - board.total();
  }
  return true;
}

function isGang(board: Board, want: number): boolean {
  return (board.wants[want]?.size ?? 1) > 1;
}
