import type { Facts } from "../facts.ts";
import type { Order } from "../order.ts";
import { type Entry, isFree } from "./entry.ts";
import { FACETS } from "./facets.ts";

/** Free slots left beside each entry when slots are dealt anew, so that most insertions move nothing. */
const GAP = 4;

/** Assets in their order, each with a slot; a slot's number is its place in every bitset, so the first bit set is the best. */
export interface Partition {
  add(entry: Entry): void;
  delete(entry: Entry): void;
  /** Looks at the entry's freedom anew. */
  mark(entry: Entry): void;
  /**
   * The first free entry in all these facets that matches.
   * @param past whether this entry, and so all that stand after it, cannot match any more
   */
  find(
    facets: readonly number[],
    matches: (facts: Facts) => boolean,
    past?: (facts: Facts) => boolean,
  ): Entry | undefined;
}

/** @param key place of this partition's slot in `Entry.slots` */
export function createPartition(order: Order, key: number): Partition {
  const sorted: Entry[] = [];
  let bySlot: (Entry | undefined)[] = [];
  let free = new Int32Array(1);
  /** A bit for each word of `free` that is not zero: a busy market is skipped 1,024 assets at a time. */
  let summary = new Int32Array(1);
  let facets: (Int32Array | undefined)[] = new Array(FACETS).fill(undefined);

  const slotOf = (entry: Entry) => entry.slots[key] ?? -1;

  const setFree = (slot: number, on: boolean) => {
    const word = slot >> 5;
    const bits = on ? (free[word] ?? 0) | (1 << slot) : (free[word] ?? 0) & ~(1 << slot);
    free[word] = bits;
    const group = word >> 5;
    summary[group] = bits === 0 ? (summary[group] ?? 0) & ~(1 << word) : (summary[group] ?? 0) | (1 << word);
  };

  const setFacet = (facet: number, slot: number, on: boolean) => {
    let bits = facets[facet];
    if (bits === undefined) {
      bits = new Int32Array(free.length);
      facets[facet] = bits;
    }
    const word = slot >> 5;
    bits[word] = on ? (bits[word] ?? 0) | (1 << slot) : (bits[word] ?? 0) & ~(1 << slot);
  };

  const occupy = (entry: Entry, slot: number) => {
    entry.slots[key] = slot;
    bySlot[slot] = entry;
    setFree(slot, isFree(entry));
    for (const facet of entry.facets) setFacet(facet, slot, true);
  };

  const deal = () => {
    const words = Math.max(1, Math.ceil((sorted.length * GAP + GAP) / 32));
    free = new Int32Array(words);
    summary = new Int32Array(Math.ceil(words / 32));
    facets = new Array(FACETS).fill(undefined);
    bySlot = new Array(words * 32).fill(undefined);
    for (const [index, entry] of sorted.entries()) occupy(entry, (index + 1) * GAP - 1);
  };

  /** Where the entry stands or would stand. */
  const placeOf = (entry: Entry): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = sorted[middle];
      if (other !== undefined && order(other.facts, entry.facts) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add(entry) {
      const place = placeOf(entry);
      const before = sorted[place - 1];
      const after = sorted[place];
      sorted.splice(place, 0, entry);
      const low = before === undefined ? -1 : slotOf(before);
      const high = after === undefined ? bySlot.length : slotOf(after);
      if (high - low < 2) deal();
      else occupy(entry, after === undefined ? Math.min(low + GAP, high - 1) : (low + high) >> 1);
    },
    delete(entry) {
      sorted.splice(placeOf(entry), 1);
      const slot = slotOf(entry);
      setFree(slot, false);
      for (const facet of entry.facets) setFacet(facet, slot, false);
      bySlot[slot] = undefined;
    },
    mark(entry) {
      setFree(slotOf(entry), isFree(entry));
    },
    find(wanted, matches, past) {
      const sets: Int32Array[] = [];
      for (const facet of wanted) {
        const set = facets[facet];
        if (set === undefined) return undefined;
        sets.push(set);
      }
      for (let group = 0; group < summary.length; group++) {
        for (let some = summary[group] ?? 0; some !== 0; some &= some - 1) {
          const word = (group << 5) + (31 - Math.clz32(some & -some));
          let bits = free[word] ?? 0;
          for (let set = 0; set < sets.length && bits !== 0; set++) bits &= sets[set]?.[word] ?? 0;
          for (; bits !== 0; bits &= bits - 1) {
            const entry = bySlot[(word << 5) + (31 - Math.clz32(bits & -bits))];
            if (entry === undefined) continue;
            if (matches(entry.facts)) return entry;
            if (past?.(entry.facts) === true) return undefined;
          }
        }
      }
      return undefined;
    },
  };
}
