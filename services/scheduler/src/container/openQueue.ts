import { createOutboxPump } from "../adapters/queue/outboxPump.ts";
import { openQueueBackend } from "../adapters/queue/queueBackend.ts";
import { createTaskQueue } from "../adapters/queue/taskQueue.ts";
import type { TaskHandlers } from "../application/tasks/queueTasks.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

export type OpenedQueue = Awaited<ReturnType<typeof openQueue>>;

/** Timed and retried work, and the outbox that feeds it. */
export async function openQueue({ config, log }: Settings, stores: Stores, handlers: () => TaskHandlers) {
  const backend = await openQueueBackend(config);
  const tasks = createTaskQueue(backend, handlers, log);
  return { backend, tasks, outbox: createOutboxPump(stores.outbox, tasks, log) };
}
