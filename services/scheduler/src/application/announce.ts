import type { JobId } from "@gristmill/shared/ids/ids";
import type { ChainEvent } from "../domain/lifecycle/chainEvent.ts";
import type { LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import type { JobSignals } from "./jobSignals.ts";
import type { NodeDesk } from "./nodeDesk.ts";
import type { Notary } from "./notary.ts";
import type { Log } from "./ports.ts";

/** Tells everybody whom new events concern: nodes of their leases, the notary of a start, watchers of their jobs. */
export function announce(news: {
  events: readonly ChainEvent[];
  /** Blocks were taken back: any job may have changed. */
  rolledBack: boolean;
  state: MarketState;
  signals: JobSignals;
  notary: Notary;
  desk: NodeDesk;
  log: Log;
}): void {
  const { events, rolledBack, state, signals, notary, desk, log } = news;
  const jobs = new Set<JobId>(rolledBack ? state.jobs.keys() : []);
  const tried = (what: string, work: Promise<unknown>) => {
    void work.catch((error: unknown) => log.warn({ error: String(error) }, what));
  };
  for (const { fact } of events) {
    const lease: LeaseRecord | undefined = "leaseId" in fact ? state.leases.get(fact.leaseId) : undefined;
    const jobId = "jobId" in fact ? fact.jobId : lease?.jobId;
    if (jobId !== undefined) jobs.add(jobId);
    if (lease === undefined) continue;
    if (fact.kind === "leaseAssigned") tried("a lease was not hinted to its node", desk.remind(lease.node));
    if (fact.kind === "leaseStarted") tried("a lease's start was not noted", notary.sawStart(lease));
    if (fact.kind === "leaseEnded") desk.stopEnded(lease);
  }
  for (const jobId of jobs) signals.changed(jobId);
}
