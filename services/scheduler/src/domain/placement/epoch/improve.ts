import type { AssetView } from "@gristmill/shared/api/views";
import type { Board } from "./board.ts";
import { conflict } from "./want.ts";

/** Jobs that may have to move, one after the other, so that one more gets a place. */
const DEPTH = 4;
const ROUNDS = 8;

/**
 * Local search on a greedy plan: jobs move aside where that places one more, and change places where all of them together
 * gain. A job is taken off the plan only for another of the same buyer, so that whose turn it was stays decided.
 */
export function improve(board: Board): void {
  for (let round = 0; round < ROUNDS; round++) {
    let better = false;
    for (const want of board.wants.keys()) {
      const waits = board.chosen(want).length === 0;
      better = (waits ? enter(board, want) : move(board, want)) || better;
    }
    if (!better) return;
  }
}

/** Places a waiting job: on free assets, else by moving others aside, else in the stead of one of its buyer worth less. */
function enter(board: Board, want: number): boolean {
  const free = board.pick(want);
  if (free !== undefined) board.assign(want, free);
  return free !== undefined || (!isGang(board, want) && (settle(board, want, [], DEPTH, 0) || replace(board, want)));
}

/** Moves a placed job to an asset worth more to it, when those who stand there lose less than it gains. */
function move(board: Board, want: number): boolean {
  if (isGang(board, want)) return false;
  const worth = board.worthOf(want);
  const start = board.mark();
  board.assign(want, []);
  if (settle(board, want, [], DEPTH, worth)) return true;
  board.rollback(start);
  return false;
}

/**
 * Puts a job that has nothing on an asset, moving its holders aside, so that in all more than `least` is gained.
 * @param kept assets that others of the same chain are moving to
 * @returns whether it did; if not, nothing has changed
 */
function settle(board: Board, want: number, kept: readonly AssetView[], depth: number, least: number): boolean {
  const start = board.mark();
  for (const [place, { asset, worth }] of board.optionsOf(want).entries()) {
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

/** Takes the place of jobs of the same buyer where that is worth more. */
function replace(board: Board, want: number): boolean {
  const buyer = board.wants[want]?.buyer;
  for (const [place, { asset, worth }] of board.optionsOf(want).entries()) {
    const holders = [...new Set(board.holders(asset))];
    if (holders.some((holder) => board.wants[holder]?.buyer !== buyer)) continue;
    if (holders.reduce((sum, holder) => sum + board.worthOf(holder), 0) >= worth) continue;
    for (const holder of holders) board.assign(holder, []);
    board.assign(want, [place]);
    return true;
  }
  return false;
}

function isGang(board: Board, want: number): boolean {
  return (board.wants[want]?.size ?? 1) > 1;
}
