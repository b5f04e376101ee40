import { jobIdSchema, leaseIdSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";

const ofJob = z.strictObject({ jobId: jobIdSchema });

/** The queue's tasks, apart from what handles them: what each carries, and how long it may take. */
export const queueTasks = {
  /** Looks for money in the vault of an order and moves it into the escrow. */
  sweepVault: { payload: ofJob, timeoutMs: 60_000 },
  /** Assigns a funded job to the cheapest asset that fits. */
  placeJob: { payload: ofJob, timeoutMs: 60_000 },
  /** Ends a lease that never started, whose node is lost, or whose time is over. */
  watchLease: { payload: z.strictObject({ leaseId: leaseIdSchema }), timeoutMs: 60_000 },
  /** Sends the buyer's countersignature to the chain, and settles. */
  relayAcceptance: { payload: ofJob, timeoutMs: 120_000 },
  /** Decides what a job needs next: another lease, time, or settlement. */
  advanceJob: { payload: ofJob, timeoutMs: 120_000 },
  /** Unlocks the stake of a closed job's leases and has their earnings recorded as reputation. */
  finishLeases: { payload: ofJob, timeoutMs: 120_000 },
  /** Sends one event to one webhook of a buyer. */
  deliverWebhook: { payload: z.strictObject({ deliveryId: z.string() }), timeoutMs: 25_000 },
} as const satisfies Record<string, { payload: z.ZodType; timeoutMs: number }>;

export type TaskName = keyof typeof queueTasks;
export type TaskPayload<Name extends TaskName> = z.infer<(typeof queueTasks)[Name]["payload"]>;

/** Milliseconds after which the task is wanted again; undefined: it is finished. */
export type TaskResult = { againInMs: number } | undefined;

/** The tasks that move jobs. */
export type JobTaskHandlers = Omit<TaskHandlers, "deliverWebhook">;

export type TaskHandlers = { [Name in TaskName]: (payload: TaskPayload<Name>) => Promise<TaskResult> };
