import type { LeaseRecord } from "./leaseRecord.ts";

/** What is seen of a lease's container. */
export type ContainerState = "absent" | "created" | "running" | "exited";

/** What should happen to the lease: go on, or come to its end as soon as it can. */
export type Desired = "run" | "stop";

/** The one thing to do next. */
export type Step =
  | "prepare" // image, inputs, container
  | "begin" // tell the chain that it starts
  | "launch" // start the container
  | "meter" // follow it while it runs
  | "halt" // stop the container
  | "note-exit" // write down how it ended
  | "note-loss" // the container is gone: write that down
  | "collect" // store the outputs
  | "seal" // sign the last receipt
  | "bill" // prove and capture
  | "answer" // prove what the container answered, and be paid
  | "give-up" // never started: free the lease
  | "done";

/**
 * Desired x observed -> action. The record is what the journal says, so that a killed agent goes on where it stood: each
 * step writes to the journal before the next one is chosen.
 */
export function nextStep(record: LeaseRecord, container: ContainerState, desired: Desired): Step {
  if (record.closed !== undefined) return "done";
  if (record.started === undefined) {
    if (desired === "stop") return "give-up";
    return container === "created" ? "begin" : "prepare";
  }
  if (record.exited === undefined) {
    switch (container) {
      case "created":
        return desired === "run" ? "launch" : "note-loss";
      case "running":
        return desired === "run" ? "meter" : "halt";
      case "exited":
        return "note-exit";
      case "absent":
        return "note-loss";
    }
  }
  if (record.output === undefined) return "collect";
  if (record.accepted.workload.inference !== undefined) return record.answered === undefined ? "answer" : "done";
  const receipts = [...record.receipts.values()];
  if (!receipts.some((receipt) => receipt.last)) return "seal";
  return receipts.every((receipt) => receipt.captured !== undefined) ? "done" : "bill";
}
