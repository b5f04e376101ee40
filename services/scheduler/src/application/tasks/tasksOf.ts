import type { ChainEvent } from "../../domain/lifecycle/chainEvent.ts";
import type { TaskName } from "./queueTasks.ts";

/** A funded job is placed at once by the process that decides for it; the queue only looks whether it was. */
const PLACED_BY_THEN_MS = 3000;

/** The queue tasks that an event on chain calls for. */
export function tasksOf({ fact }: ChainEvent): { task: TaskName; payload: Record<string, string>; delayMs?: number }[] {
  switch (fact.kind) {
    case "jobOpened":
      return [{ task: "placeJob", payload: { jobId: fact.jobId }, delayMs: PLACED_BY_THEN_MS }];
    case "leaseAssigned":
      return [{ task: "watchLease", payload: { leaseId: fact.leaseId } }];
    case "jobAccepted":
      return [{ task: "advanceJob", payload: { jobId: fact.jobId } }];
    case "jobClosed":
      return [{ task: "finishLeases", payload: { jobId: fact.jobId } }];
    default:
      return [];
  }
}
