import type { AssetView } from "@gristmill/shared/api/views";
import { clash, conflict, type Option, type Want } from "./want.ts";

/**
 * Looks at an asset that a search may take in one epoch: some milliseconds. Jobs that all want the same thing have exponentially
 * many ways to change places, none of which gains anything.
 */
const SEARCH_STEPS = 100_000;

/** Who has what while an epoch is planned. Wants and options are named by their place in the lists. */
export interface Board {
  readonly wants: readonly Want[];
  optionsOf(want: number): readonly Option[];
  /** Places in the want's options that it has now; empty: it waits. */
  chosen(want: number): readonly number[];
  worthOf(want: number): number;
  /** Wants that stand in the way of this asset. */
  holders(asset: AssetView): readonly number[];
  /** Gives the want these places in its options, in the stead of what it had. */
  assign(want: number, places: readonly number[]): void;
  /** Worth of the whole plan. */
  total(): number;
  /** Counts a step of the search. False: it has taken all its steps. */
  step(): boolean;
  /** A moment to come back to. */
  mark(): number;
  rollback(mark: number): void;
  /**
   * Places of the best assets for the want that nobody has, all or none.
   * @param passable wants whose assets count as free
   * @param from options before this place are left out
   */
  pick(want: number, passable?: (holder: number) => boolean, from?: number): readonly number[] | undefined;
}

export function createBoard(wants: readonly Want[], options: readonly (readonly Option[])[]): Board {
  const chosen: (readonly number[])[] = wants.map(() => []);
  const byNode = new Map<string, { want: number; asset: AssetView }[]>();
  const of = (want: number) => options[want] ?? [];
  const has = (want: number) => chosen[want] ?? [];

  const holders = (asset: AssetView) =>
    (byNode.get(asset.node) ?? []).filter((taken) => conflict(taken.asset, asset)).map(({ want }) => want);

  const worthOf = (want: number) => has(want).reduce((sum, place) => sum + (of(want)[place]?.worth ?? 0), 0);
  const journal: { want: number; places: readonly number[] }[] = [];
  let total = 0;
  let steps = 0;

  const clear = (want: number) => {
    total -= worthOf(want);
    for (const place of has(want)) {
      const node = of(want)[place]?.asset.node ?? "";
      byNode.set(
        node,
        (byNode.get(node) ?? []).filter((taken) => taken.want !== want),
      );
    }
    chosen[want] = [];
  };

  const put = (want: number, places: readonly number[]) => {
    clear(want);
    chosen[want] = places;
    total += worthOf(want);
    for (const place of places) {
      const asset = of(want)[place]?.asset;
      if (asset === undefined) continue;
      const taken = byNode.get(asset.node);
      if (taken === undefined) byNode.set(asset.node, [{ want, asset }]);
      else taken.push({ want, asset });
    }
  };

  return {
    wants,
    optionsOf: of,
    chosen: has,
    worthOf,
    holders,
    total: () => total,
    step() {
      steps += 1;
      return steps <= SEARCH_STEPS;
    },
    assign(want, places) {
      journal.push({ want, places: has(want) });
      put(want, places);
    },
    mark: () => journal.length,
    rollback(mark) {
      for (let last = journal.length; last > mark; last--) {
        const step = journal.pop();
        if (step !== undefined) put(step.want, step.places);
      }
    },
    pick(want, passable, from = 0) {
      const { size = 1, apart = "nothing" } = wants[want] ?? {};
      const places: number[] = [];
      const members: AssetView[] = [];
      for (const [place, { asset }] of of(want).entries()) {
        if (
          place < from ||
          holders(asset).some((holder) => passable?.(holder) !== true) ||
          members.some((member) => clash(member, asset, apart))
        )
          continue;
        places.push(place);
        members.push(asset);
        if (places.length === size) return places;
      }
      return undefined;
    },
  };
}
