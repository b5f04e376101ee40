import type { Board } from "./board.ts";
import { settle } from "./settle.ts";

const DEPTH = 3;
/** Places down its list from which a waiting job is tried. */
const STARTS = 8;

/**
 * Tries each want in the stead of whatever its buyer has where it would go best, then fills what became free with that buyer's
 * other jobs; keeps the first change that is worth more. Gangs come in and go out this way too.
 */
export function rearrange(board: Board): boolean {
  for (const want of board.wants.keys()) {
    if (!board.step()) return false;
    if (board.chosen(want).length > 0) {
      if (drop(board, want)) return true;
      continue;
    }
    for (let from = 0; from < Math.min(STARTS, board.optionsOf(want).length); from++) {
      if (force(board, want, from)) return true;
    }
  }
  return false;
}

/** Puts a waiting job on its best assets from this place of its list on, its buyer's other jobs there making room. */
function force(board: Board, want: number, from: number): boolean {
  const before = board.total();
  const start = board.mark();
  const places = board.pick(want, (holder) => sameBuyer(board, holder, want), from);
  if (places === undefined) return false;
  const options = board.optionsOf(want);
  const evicted = new Set(
    places.flatMap((place) => options[place]?.asset ?? []).flatMap((asset) => board.holders(asset)),
  );
  for (const holder of evicted) board.assign(holder, []);
  board.assign(want, places);
  refill(board, want);
  return kept(board, start, before);
}

/** Takes a job off the plan, lets the others of its buyer in, and puts it back where it still fits. */
function drop(board: Board, want: number): boolean {
  const before = board.total();
  const start = board.mark();
  board.assign(want, []);
  refill(board, want);
  return kept(board, start, before);
}

function kept(board: Board, start: number, before: number): boolean {
  if (board.total() > before) return true;
  board.rollback(start);
  return false;
}

/** Lets waiting jobs of a buyer in, the highest bid for all that it needs first; the one that made room comes last. */
function refill(board: Board, of: number): void {
  const waiting = [...board.wants.keys()]
    .filter((want) => want !== of && board.chosen(want).length === 0 && sameBuyer(board, want, of))
    .sort((a, b) => bidOf(board, b) - bidOf(board, a));
  for (const want of board.chosen(of).length === 0 ? [...waiting, of] : waiting) {
    const places = board.pick(want);
    if (places !== undefined) board.assign(want, places);
    else if ((board.wants[want]?.size ?? 1) === 1) settle(board, want, [], DEPTH, 0);
  }
}

function bidOf(board: Board, want: number): number {
  const { bid = 0n, size = 0 } = board.wants[want] ?? {};
  return Number(bid) * size;
}

function sameBuyer(board: Board, left: number, right: number): boolean {
  return board.wants[left]?.buyer === board.wants[right]?.buyer;
}
