import type { ChainEvent } from "../../domain/lifecycle/chainEvent.ts";
import type { TaskName } from "./queueTasks.ts";

/** The queue tasks that an event on chain calls for. */
export function tasksOf({ fact }: ChainEvent): { task: TaskName; payload: Record<string, string> }[] {
  switch (fact.kind) {
    case "jobOpened":
      return [{ task: "placeJob", payload: { jobId: fact.jobId } }];
    case "leaseAssigned":
      return [{ task: "watchLease", payload: { leaseId: fact.leaseId } }];
    case "jobAccepted":
      return [{ task: "advanceJob", payload: { jobId: fact.jobId } }];
    default:
      return [];
  }
}
