import { randomUUID } from "node:crypto";
import { problemSchema } from "@gristmill/shared/errors/problem";
import { toWire } from "@gristmill/shared/units/toWire";
import { getAddress, toHex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../../test/testDatabase.ts";
import { orderFixture } from "../../../domain/quote/quoteFixture.ts";
import { type Database, openDatabase } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { memoryApp } from "../testing/memoryApp.ts";
import { createIdempotencyStore } from "./createIdempotencyStore.ts";

let server: TestDatabase;
let database: Database;
/** Two scheduler processes before one database. */
let apps: Awaited<ReturnType<typeof memoryApp>>[];
let salts = 0;
beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
  const idempotency = createIdempotencyStore(database.pool);
  const newSalt = () => toHex(++salts, { size: 32 });
  apps = [await memoryApp({ idempotency, newSalt }), await memoryApp({ idempotency, newSalt })];
}, 120_000);
afterAll(async () => {
  for (const { app } of apps ?? []) await app.close();
  await database?.close();
  await server?.drop();
});

const buyer = getAddress(`0x${"9".repeat(40)}`);
const request = { buyer, workload: { image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 } };
const post = (url: string, payload: object, headers: Record<string, string>, at = 0) => {
  const running = apps[at % 2];
  if (running === undefined) throw new Error("there are two");
  return running.app.inject({ method: "POST", url, payload, headers });
};
const keyed = (key: string) => ({ "idempotency-key": key });

it("a quote that is asked for again by one key, also of another process, is the same quote", async () => {
  const key = randomUUID();
  const first = await post("/v1/quotes", request, keyed(key), 0);
  const again = await post("/v1/quotes", request, keyed(key), 1);
  expect([first.statusCode, again.statusCode, again.body]).toEqual([200, 200, first.body]);
  expect([first.headers["idempotency-replayed"], again.headers["idempotency-replayed"]]).toEqual([undefined, "true"]);
  expect(again.headers["content-type"]).toContain("application/json");
  // Spaces and the order of fields make no other request.
  const turned = { workload: { maxSeconds: 100, image: request.workload.image }, buyer };
  expect((await post("/v1/quotes", turned, keyed(key))).body).toBe(first.body);
  expect((await post("/v1/quotes", request, {})).json().jobId).not.toBe(first.json().jobId);
});

it("of many copies at once, at two processes, one is carried out and all get its answer", async () => {
  const key = randomUUID();
  const before = salts;
  const answers = await Promise.all(Array.from({ length: 24 }, (_, at) => post("/v1/quotes", request, keyed(key), at)));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(salts - before).toBe(1);
});

it("a key that named another request is refused: nobody is answered something else than was asked", async () => {
  const key = randomUUID();
  await post("/v1/quotes", request, keyed(key));
  const other = { ...request, workload: { ...request.workload, maxSeconds: 99 } };
  const answer = await post("/v1/quotes", other, keyed(key), 1);
  expect([answer.statusCode, problemSchema.parse(answer.json()).code]).toEqual([422, "idempotency_key_reused"]);
});

it("keys of different clients never meet", async () => {
  const key = randomUUID();
  const [one, two] = await Promise.all(["1", "2"].map((digit) => apps[0]?.bearer(getAddress(`0x${digit.repeat(40)}`))));
  const first = await post("/v1/quotes", request, { ...keyed(key), ...one });
  const other = { ...request, workload: { ...request.workload, maxSeconds: 99 } };
  const second = await post("/v1/quotes", other, { ...keyed(key), ...two });
  expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
});

it("a request that failed gives its key back", async () => {
  const key = randomUUID();
  const tooMuch = { ...request, requirements: { minVramMiB: 40_960 } };
  expect((await post("/v1/quotes", tooMuch, keyed(key))).statusCode).toBe(422);
  expect((await post("/v1/quotes", { buyer: "nobody" }, keyed(key))).statusCode).toBe(422);
  expect((await post("/v1/quotes", request, keyed(key))).statusCode).toBe(200);
});

it("an order by one key is the same job, and its payer's token is kept nowhere", async () => {
  const running = apps[0];
  if (running === undefined) throw new Error("there are two");
  running.payments.purchase = async (order, _payload, check) => {
    await check();
    if (!running.memory.jobs.has(running.memory.idOf(order))) running.memory.openJob(order);
    return { outcome: "funded", settlement: undefined, isPayer: true };
  };
  const key = randomUUID();
  const order = toWire(orderFixture()) as object;
  const answers = await Promise.all(Array.from({ length: 8 }, () => post("/v1/jobs", order, keyed(key))));
  expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${JSON.parse(body).jobId}`)).size).toBe(1);
  const { rows } = await database.pool.query("SELECT * FROM idempotency_keys");
  for (const answer of answers) expect(JSON.stringify(rows)).not.toContain(answer.json().access.token);
  const { terms, ...rest } = order as { terms: object };
  const other = await post("/v1/jobs", { ...rest, terms: { ...terms, salt: toHex(7, { size: 32 }) } }, keyed(key));
  expect([other.statusCode, other.json().code]).toEqual([422, "idempotency_key_reused"]);
});

it("a process that died in the middle holds nobody's key for ever, and an old key is free again", async () => {
  const store = createIdempotencyStore(database.pool);
  const named = { scope: "test", key: randomUUID(), requestHash: "a" };
  expect((await store.begin(named)).outcome).toBe("go");
  expect((await store.begin(named)).outcome).toBe("busy");
  const moved = (column: string) =>
    database.pool.query(`UPDATE idempotency_keys SET ${column} = now() - interval '1 second' WHERE key = $1`, [
      named.key,
    ]);
  await moved("busy_until");
  expect((await store.begin({ ...named, requestHash: "b" })).outcome).toBe("other");
  const late = await store.begin(named);
  if (late.outcome !== "go") throw new Error("the turn was not taken over");
  // The one that was thought dead comes back: its answer is not the one that counts.
  await store.answer(named, "the first turn", 200, "late");
  expect((await store.begin(named)).outcome).toBe("busy");
  await store.answer(named, late.turn, 200, "{}");
  expect(await store.begin(named)).toEqual({ outcome: "answered", status: 200, answer: "{}" });
  await moved("expires_at");
  expect((await store.begin({ ...named, requestHash: "b" })).outcome).toBe("go");
  await moved("expires_at");
  await store.purge();
  expect((await database.pool.query("SELECT 1 FROM idempotency_keys WHERE key = $1", [named.key])).rowCount).toBe(0);
});

it.each(["short", "x".repeat(129), `${"x".repeat(16)} y`])(
  "a key that cannot be one is named as the fault: %j",
  async (key) => {
    const answer = await post("/v1/quotes", request, keyed(key));
    expect([answer.statusCode, answer.json().errors[0].field]).toEqual([422, "Idempotency-Key"]);
  },
);
