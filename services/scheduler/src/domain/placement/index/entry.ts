import type { Facts } from "../facts.ts";

/** An asset in the index. */
export interface Entry {
  facts: Facts;
  facets: readonly number[];
  /** Decisions that took this asset and are not given back yet. */
  held: number;
  /** Held or leased assets of the same node that share hardware with it. */
  blocked: number;
  /** Assets of the same node that share hardware with it. */
  overlaps: Entry[];
  /** Its slot in each partition that it is in, by the partition's key. */
  slots: number[];
}

export function isFree({ facts, held, blocked }: Entry): boolean {
  return held === 0 && blocked === 0 && facts.asset.availability === "free";
}
