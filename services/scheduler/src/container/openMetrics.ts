import type { JobId } from "@gristmill/shared/ids/ids";
import { type MetricsServer, serveMetrics } from "../adapters/telemetry/metricsServer.ts";
import { partitions } from "../application/ownership.ts";
import type { ChainEvent } from "../domain/lifecycle/chainEvent.ts";
import type { OpenedIndex } from "./openIndex.ts";
import type { OpenedNodes } from "./openNodes.ts";
import type { OpenedQueue } from "./openQueue.ts";
import type { Sharing } from "./openSharing.ts";
import type { Settings } from "./settings.ts";

/** Jobs that wait for their first lease are forgotten past this many: they are measured, not driven, here. */
const MOST_WAITING = 100_000;

/** Counts what new events of the chain say. */
export function countEvents({ metrics, nowMs }: Settings): (events: readonly ChainEvent[]) => void {
  const fundedMs = new Map<JobId, number>();
  return (events) => {
    for (const { fact } of events) {
      if (fact.kind === "jobOpened" && fundedMs.size < MOST_WAITING) fundedMs.set(fact.jobId, nowMs());
      if (fact.kind === "leaseAssigned") {
        const since = fundedMs.get(fact.jobId);
        if (since !== undefined) metrics.placed((nowMs() - since) / 1000);
        fundedMs.delete(fact.jobId);
      }
      if (fact.kind === "jobClosed") fundedMs.delete(fact.jobId);
      if (fact.kind === "jobSettled") metrics.closed(fact.paid > 0n ? "settled" : "refunded");
    }
  };
}

/** What each scrape asks anew. */
export function watchMarket(
  { metrics }: Settings,
  { backend }: OpenedQueue,
  { index, indexer, clock }: OpenedIndex,
  { fleet }: OpenedNodes,
  { ownership }: Sharing,
): void {
  metrics.watch({
    jobs: () => {
      const { jobs, leases } = index.state();
      const counts = { waiting: 0, leased: 0, closed: 0 };
      const leased = new Set(
        [...leases.values()].filter(({ closedAt }) => closedAt === null).map(({ jobId }) => jobId),
      );
      for (const job of jobs.values()) {
        if (job.closed !== null) counts.closed++;
        else if (leased.has(job.jobId)) counts.leased++;
        else counts.waiting++;
      }
      return counts;
    },
    queue: () => backend.queue.getJobCounts("waiting", "active", "delayed", "failed"),
    chainLagSeconds: () => Math.max(0, clock.now() - indexer.head().timestamp),
    chainHead: () => Number(indexer.head().number),
    nodes: () => {
      const counts: Record<string, number> = {};
      for (const { node } of fleet.members()) {
        const word = fleet.liveness(node);
        counts[word] = (counts[word] ?? 0) + 1;
      }
      return counts;
    },
    ownedPartitions: () => partitions.filter((name) => ownership.fence(name) !== undefined).length,
  });
}

/** `GET /metrics`, when a port for it is configured. */
export async function openMetrics({ config, metrics }: Settings): Promise<MetricsServer | undefined> {
  if (config.metricsPort === undefined) return undefined;
  return serveMetrics(metrics.registry, config.metricsHost, config.metricsPort);
}
