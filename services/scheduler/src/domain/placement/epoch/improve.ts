import type { Board } from "./board.ts";
import { isBest } from "./isBest.ts";
import { rearrange } from "./rearrange.ts";
import { settle } from "./settle.ts";

/** Jobs that may have to move, one after the other, so that one more gets a place. */
const DEPTH = 4;
const ROUNDS = 64;
/** Wants of an epoch up to which each of them is tried in the stead of others. */
const REARRANGED = 128;

/**
 * Local search on a greedy plan: jobs move aside where that places one more, and change places where all of them together
 * gain. A job is taken off the plan only for another of the same buyer, so that whose turn it was stays decided.
 */
export function improve(board: Board): void {
  for (let round = 0; round < ROUNDS; round++) {
    if (isBest(board)) return;
    let better = false;
    for (const want of board.wants.keys()) {
      if (!board.step()) return;
      const waits = board.chosen(want).length === 0;
      better = (waits ? enter(board, want) : move(board, want)) || better;
    }
    // What is left is what the small moves cannot reach: worth trying when nothing else helps, on epochs that are not huge.
    if (!better && board.wants.length <= REARRANGED) better = rearrange(board);
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
