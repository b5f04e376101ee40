import type { Log, TaskQueue } from "../../application/ports.ts";
import { queueTasks, type TaskName } from "../../application/tasks/queueTasks.ts";
import type { OutboxRow, OutboxStore } from "../db/outboxStore.ts";
import { withinTrace } from "../telemetry/tracing.ts";

const BATCH = 100;

export interface OutboxPump {
  /** Moves what is there into the queue. */
  pump(): Promise<void>;
  /** Ends what goes on, and moves nothing more: a queue that closes meanwhile would hold a connection of the database for ever. */
  stop(): Promise<void>;
}

/** Outbox rows into the queue: a row is forgotten after the queue has its task, so a crash repeats a task and loses none. */
export function createOutboxPump(outbox: OutboxStore, queue: TaskQueue, log: Log): OutboxPump {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const give = async (rows: readonly OutboxRow[]) => {
    for (const { task, payload, delayMs } of rows) {
      const name = task as TaskName;
      // A list is one task for each of it: what was decided in one batch is one row.
      const adding = [payload].flat().map((one) => {
        const { traceparent, ...bare } = Object(one) as Record<string, unknown>;
        const parsed = queueTasks[name]?.payload.safeParse(bare);
        if (parsed?.success) return withinTrace(traceparent, () => queue.add(name, parsed.data as never, delayMs));
        return log.error({ task }, "an outbox row names no queue task and is dropped");
      });
      await Promise.all(adding);
    }
  };
  const move = async () => {
    do {
      again = false;
      while ((await outbox.move(BATCH, give)) > 0);
    } while (again);
  };
  return {
    async pump() {
      if (stopped) return;
      again = true;
      running ??= move().finally(() => {
        running = undefined;
      });
      await running;
    },
    async stop() {
      stopped = true;
      // What it could not move stays in the outbox.
      await running?.catch(() => undefined);
    },
  };
}
