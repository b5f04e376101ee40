import { DelayedError, type Job } from "bullmq";
import type { Log, TaskQueue } from "../../application/ports.ts";
import { queueTasks, type TaskHandlers, type TaskName, type TaskResult } from "../../application/tasks/queueTasks.ts";
import { inSpan, traceparent, withinTrace } from "../telemetry/tracing.ts";
import type { QueueBackend } from "./queueBackend.ts";

/** Enough for a day without the chain: the wait doubles from one second and stays at five minutes. */
const ATTEMPTS = 300;
const MAX_BACKOFF_MS = 300_000;

export interface RunningTasks extends TaskQueue {
  /** Starts the worker. */
  start(): void;
}

/** Adds tasks, and runs each by its definition: payload checked by schema, time limited, tried again when it fails. */
export function createTaskQueue(backend: QueueBackend, handlers: () => TaskHandlers, log: Log): RunningTasks {
  const options = { attempts: ATTEMPTS, backoff: { type: "capped" }, removeOnComplete: true, removeOnFail: 1000 };

  // Without a listener BullMQ prints the error whole, connection string included.
  backend.queue.on("error", (error) => log.warn({ error: error.message }, "the queue is not reachable"));

  const add: TaskQueue["add"] = async (name, payload, delayMs = 0) => {
    await backend.queue.add(name, payload, { ...options, delay: delayMs, ...carried() });
  };

  const process = async (job: Job, token?: string): Promise<void> => {
    const name = job.name as TaskName;
    const definition = queueTasks[name];
    if (definition === undefined) throw new Error(`there is no queue task "${job.name}"`);
    const payload = definition.payload.parse(job.data) as never;
    const run = () => inSpan(`task ${name}`, { "task.name": name }, () => handlers()[name](payload));
    const again = await limited(withinTrace(job.opts.telemetry?.metadata, run), name, definition.timeoutMs);
    if (again === undefined) return;
    const id = againId(name, job.data);
    if (job.id === id) {
      await job.moveToDelayed(Date.now() + again.againInMs, token);
      throw new DelayedError();
    }
    // One waiting task for each subject, however many events asked for a look.
    await backend.queue.add(name, job.data, { ...options, delay: again.againInMs, jobId: id });
  };

  return {
    add,
    start() {
      const worker = backend.work(process, (attempt) => Math.min(1000 * 2 ** (attempt - 1), MAX_BACKOFF_MS));
      worker.on("failed", (job, error) => {
        const { name, data, attemptsMade } = job ?? {};
        log.warn({ task: name, payload: data, attempt: attemptsMade, error: error.message }, "a queue task failed");
      });
      worker.on("error", (error) => log.warn({ error: error.message }, "the queue is not reachable"));
    },
  };
}

/** The trace that asked for a task goes on in it. */
function carried() {
  const metadata = traceparent();
  return metadata === undefined ? {} : { telemetry: { metadata } };
}

function againId(name: TaskName, payload: Record<string, unknown>): string {
  return `${name}-${Object.values(payload).join("-")}-again`;
}

async function limited(work: Promise<TaskResult>, name: TaskName, timeoutMs: number): Promise<TaskResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${name}" took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
