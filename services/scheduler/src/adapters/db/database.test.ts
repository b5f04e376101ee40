import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { jobId, terms } from "../../domain/lifecycle/lifecycleFixture.ts";
import { type Database, openDatabase } from "./database.ts";
import { createJobNotes } from "./jobNotes.ts";
import { createLogStore } from "./logStore.ts";
import { migrate, migrationsFolder } from "./migrate.ts";
import { createOrderStore } from "./orderStore.ts";
import { createOutboxStore, type OutboxRow, type OutboxStore } from "./outboxStore.ts";
import { createTickStore } from "./tickStore.ts";

let server: TestDatabase;
let database: Database;
const leaseId = `0x${"01".repeat(32)}` as LeaseId;

beforeAll(async () => {
  server = await testDatabase();
  // Two processes that start at once must not both create the tables.
  const applied = await Promise.all([migrate(server.url), migrate(server.url)]);
  expect(applied.flat()[0]).toBe("20261120000000_market");
  expect(new Set(applied.flat()).size).toBe(applied.flat().length);
  database = openDatabase(server.url);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

async function taken(outbox: OutboxStore): Promise<OutboxRow[]> {
  const found: OutboxRow[] = [];
  await outbox.move(10, async (rows) => void found.push(...rows));
  return found;
}

describe("migrate", () => {
  test("agrees with Prisma's own record of what is applied, and refuses a migration that was changed since", async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query("SELECT migration_name, applied_steps_count FROM _prisma_migrations");
    await client.end();
    expect(rows[0]).toEqual({ migration_name: "20261120000000_market", applied_steps_count: 1 });

    const folder = mkdtempSync(join(tmpdir(), "gristmill-migrations-"));
    cpSync(migrationsFolder, folder, { recursive: true });
    writeFileSync(join(folder, "20261120000000_market", "migration.sql"), "SELECT 1;");
    await expect(migrate(server.url, folder)).rejects.toThrow("20261120000000_market was changed");
    rmSync(folder, { recursive: true });
  });
});

describe("orders", () => {
  const order = {
    terms,
    workload: {
      image: `x@sha256:${"ab".repeat(32)}`,
      command: [],
      env: {},
      inputs: [],
      cpuMilli: 1000,
      memoryMiB: 512,
      maxOutputMiB: 64,
      maxSeconds: 60,
    },
    requirements: { gpuCount: 0, minVramMiB: 0 },
  };

  test("an order and the task that looks for its money are kept together, once, whatever is repeated", async () => {
    const orders = createOrderStore(database);
    const outbox = createOutboxStore(database);
    await orders.keep(jobId, order, terms.buyer);
    await orders.keep(jobId, order, terms.buyer);
    expect(await taken(outbox)).toMatchObject([{ task: "sweepVault", payload: { jobId } }]);
    expect(await orders.find(jobId)).toMatchObject({ terms, workload: order.workload, paymentTx: null });
    expect(await orders.fundable(terms.leaseEnd - 1)).toEqual([jobId]);
    expect(await orders.fundable(terms.leaseEnd)).toEqual([]);
  });

  test("the transaction that paid first is the one that is shown", async () => {
    const orders = createOrderStore(database);
    await orders.notePayment(jobId, `0x${"11".repeat(32)}`);
    await orders.notePayment(jobId, `0x${"22".repeat(32)}`);
    expect((await orders.find(jobId))?.paymentTx).toBe(`0x${"11".repeat(32)}`);
  });
});

test("a buyer's signature is kept together with the task that relays it", async () => {
  const notes = createJobNotes(database);
  await notes.keepAcceptance(jobId, 10n ** 30n, "0xabcd");
  expect(await notes.acceptance(jobId)).toEqual({ spent: 10n ** 30n, signature: "0xabcd" });
  expect(await taken(createOutboxStore(database))).toMatchObject([{ task: "relayAcceptance", payload: { jobId } }]);
});

test("of two ticks for one second, signed at the same moment, one is kept", async () => {
  const ticks = createTickStore(database);
  const kept = await Promise.all(
    [1n, 2n, 3n, 4n].map((head) => ticks.keep(leaseId, 0, { from: 0, to: 10, head }, "0x01")),
  );
  expect(kept.filter(Boolean)).toHaveLength(1);
  await ticks.keep(leaseId, 0, { from: 0, to: 4_294_967_295, head: 2n ** 253n }, "0x02");
  expect(await ticks.last(leaseId, 0)).toMatchObject({ to: 4_294_967_295, head: 2n ** 253n });
});

test("seconds metered are those of every receipt of a lease together", async () => {
  const ticks = createTickStore(database);
  const other = `0x${"02".repeat(32)}` as LeaseId;
  await ticks.keep(other, 0, { from: 0, to: 30, head: 1n }, "0x");
  await ticks.keep(other, 0, { from: 0, to: 60, head: 1n }, "0x");
  await ticks.keep(other, 1, { from: 60, to: 75, head: 1n }, "0x");
  expect(await ticks.metered([other])).toEqual(new Map([[other, 75]]));
});

test("log lines that a node sends again are shown once, in their order, and NUL bytes do not lose the rest", async () => {
  const logs = createLogStore(database);
  const line = (seq: number, text: string) => ({ leaseId, seq, stream: "stdout" as const, text, atMs: seq });
  expect(await logs.append(jobId, [line(0, "one"), line(1, "t\0wo")])).toBe(2);
  expect(await logs.append(jobId, [line(1, "again"), line(2, "three")])).toBe(1);
  const all = await logs.after(jobId, 0, 10);
  expect(all.map((item) => item.text)).toEqual(["one", "t\uFFFDwo", "three"]);
  expect(await logs.after(jobId, all[1]?.id ?? 0, 10)).toHaveLength(1);
});
