import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobId } from "@gristmill/shared/ids/ids";
import { startRedis } from "@gristmill/tools/services/redis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import type { TaskHandlers } from "../../application/tasks/queueTasks.ts";
import { openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createOutboxStore } from "../db/outboxStore.ts";
import { createOutboxPump } from "./outboxPump.ts";
import { openQueueBackend, type QueueBackend } from "./queueBackend.ts";
import { createTaskQueue } from "./taskQueue.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const idOf = (byte: string) => `0x${byte.repeat(32)}` as JobId;

let database: TestDatabase;
let redis: { url: string; stop(): Promise<void> };
let folder: string;
let backend: QueueBackend | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gristmill-queue-"));
  const named = process.env.TEST_REDIS_URL;
  redis = named ? { url: named, stop: async () => undefined } : await startRedis({ millDir: folder, env: {} });
  database = await testDatabase();
  await migrate(database.url);
}, 120_000);
afterAll(async () => {
  await database?.drop();
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await backend?.queue.obliterate({ force: true }).catch(() => undefined);
  await backend?.close();
  backend = undefined;
});

/** Handlers that only know `advanceJob`. */
const handling = (advanceJob: TaskHandlers["advanceJob"]) => (): TaskHandlers => {
  const nothing = async () => undefined;
  return {
    sweepVault: nothing,
    placeJob: nothing,
    watchLease: nothing,
    relayAcceptance: nothing,
    finishLeases: nothing,
    deliverWebhook: nothing,
    advanceJob,
  };
};

describe.each(["redis", "postgres"] as const)("queue tasks on %s", (kind) => {
  const open = async () => {
    backend = await openQueueBackend({ redisUrl: kind === "redis" ? redis.url : undefined, databaseUrl: database.url });
    expect(backend.kind).toBe(kind);
    return backend;
  };

  test("a task whose handler failed is tried again until it works: no job is forgotten", async () => {
    let attempts = 0;
    const queue = createTaskQueue(
      await open(),
      handling(async () => {
        attempts += 1;
        if (attempts === 1) throw new Error("the chain was away");
        return undefined;
      }),
      silent,
    );
    queue.start();
    await queue.add("advanceJob", { jobId: idOf("01") });
    await expect.poll(() => attempts, { timeout: 20_000 }).toBe(2);
  });

  test("a task that wants to look again does, and many wakings make one waiting task", async () => {
    let looks = 0;
    const queue = createTaskQueue(
      await open(),
      handling(async () => {
        looks += 1;
        return looks < 8 ? { againInMs: 200 } : undefined;
      }),
      silent,
    );
    queue.start();
    for (let wakings = 0; wakings < 4; wakings++) await queue.add("advanceJob", { jobId: idOf("02") });
    await expect.poll(() => looks, { timeout: 20_000 }).toBe(8);
  });

  test("a payload that is not the task's never reaches its handler", async () => {
    let handled = 0;
    const opened = await open();
    const queue = createTaskQueue(
      opened,
      handling(async () => {
        handled += 1;
        return undefined;
      }),
      silent,
    );
    queue.start();
    await opened.queue.add("advanceJob", { jobId: "../etc/passwd" }, { attempts: 1 });
    await opened.queue.add("formatDisk", {}, { attempts: 1 });
    await queue.add("advanceJob", { jobId: idOf("03") });
    await expect
      .poll(() => opened.queue.getJobCounts("failed", "waiting", "active"), { timeout: 20_000 })
      .toEqual({
        failed: 2,
        waiting: 0,
        active: 0,
      });
    expect(handled).toBe(1);
  });

  test("tasks written with their cause reach the queue, also those of a process that died before it could add them", async () => {
    const db = openDatabase(database.url);
    await db.prisma.outbox.createMany({
      data: [
        { task: "advanceJob", payload: { jobId: idOf("04") } },
        { task: "unknown", payload: {} },
        // What was decided in one batch is one row.
        { task: "advanceJob", payload: [{ jobId: idOf("05") }, { jobId: idOf("06") }] },
      ],
    });
    const seen: string[] = [];
    const queue = createTaskQueue(
      await open(),
      handling(async ({ jobId }) => {
        seen.push(jobId);
        return undefined;
      }),
      silent,
    );
    queue.start();
    const pump = createOutboxPump(createOutboxStore(db), queue, silent);
    await Promise.all([pump.pump(), pump.pump()]);
    await expect.poll(() => seen.toSorted(), { timeout: 20_000 }).toEqual([idOf("04"), idOf("05"), idOf("06")]);
    expect(await db.prisma.outbox.count()).toBe(0);
    await db.close();
  });
});
