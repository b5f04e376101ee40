/** Failovers of a job. Each one costs this scheduler gas. */
const FAILOVERS = 2;

/** Leases a job may have over its life: the first of each shard and two failovers. */
export function maxLeases(shards: number): number {
  return shards + FAILOVERS;
}
