import type { Address } from "viem";
import type { Fleet } from "./fleet.ts";
import type { ChainIndex, Log, TaskQueue } from "./ports.ts";

/** Finds nodes that fell silent: their connection is ended, and their leases are looked at now instead of at the next turn. */
export function createLostSweep(deps: {
  fleet: Fleet;
  index: ChainIndex;
  queue: TaskQueue;
  drop(node: Address): void;
  log: Log;
}): () => Promise<void> {
  return async () => {
    const lost = new Set(deps.fleet.newlyLost());
    if (lost.size === 0) return;
    for (const node of lost) {
      deps.log.warn({ node }, "a node is lost");
      deps.drop(node);
    }
    const { assets, leases } = deps.index.state();
    for (const { liveLease } of assets.values()) {
      const lease = liveLease === null ? undefined : leases.get(liveLease);
      if (lease !== undefined && lost.has(lease.node)) await deps.queue.add("watchLease", { leaseId: lease.leaseId });
    }
  };
}
