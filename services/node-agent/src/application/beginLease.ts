import type { LeaseContext } from "./leasePorts.ts";

/**
 * Tells the chain that the container starts; second 0 of the lease is when its block is seen. After a crash in between,
 * the chain knows and the journal does not: the anchor then is no earlier than the newest block says.
 * @returns why it cannot start, undefined when it has
 */
export async function beginLease({ ports, journal }: LeaseContext): Promise<string | undefined> {
  const { chain, clock } = ports;
  const { leaseId } = journal.record.accepted;
  const lease = await chain.lease(leaseId);
  if (lease.state === "started") {
    const anchorMs = clock.nowMs() - Math.max(0, lease.chainTime - lease.startedAt) * 1000;
    journal.append({ type: "started", startedAt: lease.startedAt, anchorMs });
    return undefined;
  }
  if (lease.state !== "assigned") return `the lease is ${lease.state} on chain`;
  const { startedAt, txHash } = await chain.start(leaseId);
  journal.append({ type: "started", startedAt, anchorMs: clock.nowMs(), txHash });
  return undefined;
}
