import type { Log, TaskQueue } from "../../application/ports.ts";
import { queueTasks, type TaskName } from "../../application/tasks/queueTasks.ts";
import type { OutboxStore } from "../db/outboxStore.ts";

const BATCH = 100;

export interface OutboxPump {
  /** Moves what is there into the queue. */
  pump(): Promise<void>;
}

/** Outbox rows into the queue: a row is forgotten after the queue has its task, so a crash repeats a task and loses none. */
export function createOutboxPump(outbox: OutboxStore, queue: TaskQueue, log: Log): OutboxPump {
  let running: Promise<void> | undefined;
  let again = false;
  const move = async () => {
    do {
      again = false;
      for (let rows = await outbox.next(BATCH); rows.length > 0; rows = await outbox.next(BATCH)) {
        for (const row of rows) {
          const name = row.task as TaskName;
          const payload = queueTasks[name]?.payload.safeParse(row.payload);
          if (payload?.success) await queue.add(name, payload.data as never, row.delayMs);
          else log.error({ task: row.task }, "an outbox row names no queue task and is dropped");
        }
        await outbox.taken(rows.map((row) => row.id));
      }
    } while (again);
  };
  return {
    pump() {
      again = true;
      running ??= move().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
