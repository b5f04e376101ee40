import type { WebhookEvent } from "@gristmill/shared/api/webhook";
import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import type { ChainEvent, ChainFact } from "./chainEvent.ts";

/** What an event on chain means to a job's buyer. @param jobOf the job of a lease, also of one assigned just before */
export function newsOf(event: ChainEvent, jobOf: (leaseId: LeaseId) => JobId | undefined): WebhookEvent[] {
  const { fact, at, txHash, logIndex } = event;
  const about = jobsOf(fact, jobOf);
  if (about === undefined) return [];
  return about.jobs.map((jobId, place) => ({
    id: `evt_${txHash.slice(2)}_${logIndex}_${place}`,
    type: about.type,
    jobId,
    at,
    txHash,
  }));
}

function jobsOf(fact: ChainFact, jobOf: (leaseId: LeaseId) => JobId | undefined) {
  const ofLease = (type: WebhookEvent["type"], ...leases: LeaseId[]) => {
    return { type, jobs: [...new Set(leases.map(jobOf).filter((jobId) => jobId !== undefined))] };
  };
  switch (fact.kind) {
    case "jobOpened":
      return { type: "job.funded" as const, jobs: [fact.jobId] };
    case "leaseAssigned":
      return { type: "lease.assigned" as const, jobs: [fact.jobId] };
    case "leaseStarted":
      return ofLease("lease.started", fact.leaseId);
    case "leaseEnded":
      return ofLease("lease.ended", fact.leaseId);
    case "usageCaptured":
      return { type: "usage.captured" as const, jobs: [fact.jobId] };
    case "inferenceCaptured":
      return ofLease("usage.captured", fact.leaseId);
    case "usagesCaptured":
      return ofLease("usage.captured", ...fact.captured.map(({ leaseId }) => leaseId));
    case "jobAccepted":
      return { type: "job.accepted" as const, jobs: [fact.jobId] };
    case "jobClosed":
      return { type: "job.settled" as const, jobs: [fact.jobId] };
    default:
      return undefined;
  }
}
