import type { WebhookEvent } from "@gristmill/shared/api/webhook";
import type { JobId } from "@gristmill/shared/ids/ids";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { type Database, openDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";
import { createWebhookStore, keepNews } from "./webhookStore.ts";

let server: TestDatabase;
let database: Database;
let store: ReturnType<typeof createWebhookStore>;
const jobId = `0x${"1".repeat(64)}` as JobId;
const otherJob = `0x${"2".repeat(64)}` as JobId;
const event: WebhookEvent = { id: "evt_1", type: "job.funded", jobId, at: 1, txHash: "0x00" };

beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
  store = createWebhookStore(database);
}, 240_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
});
beforeEach(() => database.pool.query("TRUNCATE webhooks, webhook_deliveries, outbox"));

const hook = (id: string, owner = `job:${jobId}`) => ({ id, owner, jobId, url: "https://a.example/" });
const tell = (...news: WebhookEvent[]) => database.prisma.$transaction((tx) => keepNews(tx, news));

test("an event is kept once for each webhook of its job, with the task that tells it, and for nobody else's", async () => {
  await store.keep(hook("a"), 20);
  await store.keep(hook("b"), 20);
  await store.keep({ ...hook("c", `job:${otherJob}`), jobId: otherJob }, 20);
  await tell(event);
  await tell(event);
  const tasks = await database.pool.query("SELECT task, payload FROM outbox ORDER BY id");
  expect(tasks.rows.map(({ payload }) => payload.deliveryId).sort()).toEqual(["a.evt_1", "b.evt_1"]);
  expect(await store.ofOwners([`job:${jobId}`])).toMatchObject([{ waiting: 1 }, { waiting: 1 }]);
  expect(await store.ofOwners([`job:${otherJob}`])).toMatchObject([{ waiting: 0 }]);
});

test("an event that its transaction takes back is told to nobody", async () => {
  await store.keep(hook("a"), 20);
  const failed = database.prisma.$transaction(async (tx) => {
    await keepNews(tx, [event]);
    throw new Error("the batch failed");
  });
  await expect(failed).rejects.toThrow("the batch failed");
  expect((await database.pool.query("SELECT * FROM outbox")).rows).toEqual([]);
});

test("a delivery is tried by one at a time, and found again when a queue lost it", async () => {
  await store.keep(hook("a"), 20);
  await tell(event);
  const both = await Promise.all([store.take("a.evt_1", 30), store.take("a.evt_1", 30)]);
  expect(both.filter(Boolean)).toMatchObject([{ eventId: "evt_1", attempts: 1, url: "https://a.example/" }]);
  expect(await store.overdue(30)).toEqual([]);
  await store.failed("a.evt_1", "answered 500", 3600);
  expect(await store.take("a.evt_1", 30)).toBeUndefined();
  expect(await store.ofOwners([`job:${jobId}`])).toMatchObject([{ lastError: "answered 500" }]);
  await database.pool.query("UPDATE webhook_deliveries SET next_at = now() - interval '1 minute'");
  expect(await store.overdue(30)).toEqual(["a.evt_1"]);
  expect(await store.take("a.evt_1", 30)).toMatchObject({ attempts: 2 });
  await store.delivered("a.evt_1");
  expect(await store.take("a.evt_1", 30)).toBeUndefined();
});

test("an event that was tried to the end is counted", async () => {
  await store.keep(hook("a"), 20);
  await tell(event);
  await store.gaveUp("a.evt_1", "gave no answer");
  expect(await store.ofOwners([`job:${jobId}`])).toMatchObject([
    { waiting: 0, givenUp: 1, lastError: "gave no answer" },
  ]);
});

test("nobody has more webhooks than the limit, however many are asked for at once; another's is not removed", async () => {
  // Connections that are open already, or opening them would put the asking in a row.
  await Promise.all(Array.from({ length: 12 }, () => database.pool.query("SELECT pg_sleep(0.2)")));
  for (const owner of ["wallet:a", "wallet:b", "wallet:c", `job:${jobId}`]) {
    const asking = Array.from({ length: 12 }, (_, at) => store.keep(hook(`${owner}${at}`, owner), 1));
    expect((await Promise.all(asking)).filter(Boolean).length).toBe(1);
  }
  const [one] = await store.ofOwners([`job:${jobId}`]);
  expect(await store.remove(one?.id ?? "", [`job:${otherJob}`])).toBe(false);
  expect(await store.remove(one?.id ?? "", [`job:${jobId}`])).toBe(true);
});
