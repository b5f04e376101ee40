import type { AssetView } from "@gristmill/shared/api/views";
import type { Demand } from "../placement.ts";
import { type Board, createBoard } from "./board.ts";
import { dominantShare, nothing, plus, type Resources, resourcesOf } from "./fairness.ts";
import { improve } from "./improve.ts";
import { optionsOf } from "./optionsOf.ts";
import type { Want } from "./want.ts";

/** Assets of its list that a want may be given in one epoch; further down it waits for the next. */
const LISTED = 64;

export interface Epoch {
  wants: readonly Want[];
  /** The best free assets for a demand, best first, `limit` at most. */
  list(demand: Demand, limit: number): readonly AssetView[];
  /** What each buyer's leases use now. */
  used: ReadonlyMap<string, Resources>;
  /** What the market has. */
  total: Resources;
}

export interface EpochPlan {
  placed: { want: Want; assets: AssetView[] }[];
  waiting: Want[];
}

/**
 * Chooses jobs and assets together: the buyer who uses the least of the market is next, with the job it bids most for; then a
 * local search. Changes nothing: the caller commits what it can of the plan.
 */
export function planEpoch({ wants, list, used, total }: Epoch): EpochPlan {
  const board = createBoard(
    wants,
    wants.map((want) => optionsOf(want, list(want.demand, LISTED * want.size))),
  );
  greedy(board, used, total);
  improve(board);
  const plan: EpochPlan = { placed: [], waiting: [] };
  for (const [index, want] of wants.entries()) {
    const options = board.optionsOf(index);
    const assets = board.chosen(index).flatMap((place) => options[place]?.asset ?? []);
    if (assets.length > 0) plan.placed.push({ want, assets });
    else plan.waiting.push(want);
  }
  return plan;
}

function greedy(board: Board, used: Epoch["used"], total: Resources): void {
  const queues = new Map<string, number[]>();
  for (const [index, { buyer }] of board.wants.entries()) {
    const queue = queues.get(buyer);
    if (queue === undefined) queues.set(buyer, [index]);
    else queue.push(index);
  }
  const uses = new Map([...queues.keys()].map((buyer) => [buyer, used.get(buyer) ?? nothing]));
  for (const queue of queues.values()) queue.sort((a, b) => byBid(board.wants[a], board.wants[b]));
  while (queues.size > 0) {
    const buyer = poorest(queues, uses, total);
    const queue = queues.get(buyer) ?? [];
    const want = queue.shift();
    if (queue.length === 0) queues.delete(buyer);
    if (want === undefined) continue;
    const places = board.pick(want);
    if (places === undefined) continue;
    board.assign(want, places);
    const options = board.optionsOf(want);
    const gained = places
      .map((place) => options[place])
      .flatMap((option) => (option ? [resourcesOf(option.asset)] : []));
    uses.set(buyer, gained.reduce(plus, uses.get(buyer) ?? nothing));
  }
}

function byBid(left: Want | undefined, right: Want | undefined): number {
  if (left === undefined || right === undefined || left.bid === right.bid) return 0;
  return left.bid > right.bid ? -1 : 1;
}

/** The buyer with the least dominant share; among equals the one that came first. */
function poorest(queues: ReadonlyMap<string, unknown>, uses: ReadonlyMap<string, Resources>, total: Resources): string {
  let [found, least] = ["", Number.POSITIVE_INFINITY];
  for (const buyer of queues.keys()) {
    const share = dominantShare(uses.get(buyer) ?? nothing, total);
    if (share < least) [found, least] = [buyer, share];
  }
  return found;
}
