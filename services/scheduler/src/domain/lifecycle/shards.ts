import type { Hex } from "viem";
import { calledForAnother } from "./calledForAnother.ts";
import type { LeaseRecord } from "./marketState.ts";

/** The newest of these leases for each shard that has one, in the order of the shards. */
export function newestOfShards(leases: readonly LeaseRecord[]): LeaseRecord[] {
  const newest = new Map(leases.map((lease) => [lease.shard, lease]));
  return [...newest.values()].sort((a, b) => a.shard - b.shard);
}

/**
 * Which shard a lease runs, from the chain alone: those that the job's first transaction assigns are its shards in order, a
 * later one takes the place of the first shard whose lease called for another.
 * @param earlier the job's leases before it
 */
export function shardOf(assignedTx: Hex, earlier: readonly LeaseRecord[]): number {
  if (earlier.every((lease) => lease.assignedTx === assignedTx)) return earlier.length;
  const newest = newestOfShards(earlier);
  const over = newest.find(calledForAnother) ?? newest.find(({ state }) => state === "ended" || state === "closed");
  return over?.shard ?? newest.length;
}

/** Shards that want a lease: all while there is none, later those whose newest called for another. */
export function shardsToPlace(leases: readonly LeaseRecord[], count: number): number[] {
  if (leases.length === 0) return Array.from({ length: count }, (_, shard) => shard);
  return newestOfShards(leases)
    .filter(calledForAnother)
    .map(({ shard }) => shard);
}
