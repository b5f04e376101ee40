import type { Page, PageQuery } from "@gristmill/shared/api/page";
import { decodeCursor, encodeCursor } from "./cursor.ts";

export interface Listing<Item> {
  /** Names the list and everything that decides what is on it: a cursor of another one is refused. */
  list: string;
  /** In order, and total: no two items have the same position. */
  items: readonly Item[];
  /** Where an item stands, from its own values alone: the next page begins after it also when items came or went meanwhile. */
  positionOf(item: Item): string[];
  /** Whether an item stands behind a position. */
  isAfter(item: Item, position: readonly string[]): boolean;
}

/** Undefined: the cursor is not one of this list. */
export function pageOf<Item>(listing: Listing<Item>, { limit, cursor }: PageQuery): Page<Item> | undefined {
  const { list, items, positionOf, isAfter } = listing;
  let start = 0;
  if (cursor !== undefined) {
    const position = decodeCursor(list, cursor);
    if (position === undefined) return undefined;
    const found = items.findIndex((item) => isAfter(item, position));
    start = found === -1 ? items.length : found;
  }
  const shown = items.slice(start, start + limit);
  const last = shown.at(-1);
  const isEnd = last === undefined || start + limit >= items.length;
  return { items: shown, next: isEnd ? null : encodeCursor(list, positionOf(last)) };
}

/** A list whose newest items come first. */
export function newestFirst<Item>(
  list: string,
  items: readonly Item[],
  of: { at(item: Item): number; id(item: Item): string },
): Listing<Item> {
  const behind = (item: Item, at: number, id: string) => (of.at(item) === at ? of.id(item) > id : of.at(item) < at);
  return {
    list,
    items: [...items].sort((a, b) => (behind(a, of.at(b), of.id(b)) ? 1 : -1)),
    positionOf: (item) => [String(of.at(item)), of.id(item)],
    isAfter: (item, [at = "", id = ""]) => behind(item, Number(at), id),
  };
}
