import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/testDatabase.ts";
import { type Database, openDatabase } from "../adapters/db/database.ts";
import { migrate } from "../adapters/db/migrate.ts";
import { createOwnershipStore } from "../adapters/db/ownershipStore.ts";
import { createPlacementStore } from "../adapters/db/placementStore.ts";
import { jobId } from "../domain/lifecycle/lifecycleFixture.ts";
import { type Choice, createDecisions } from "./decisions.ts";
import { createOwnership, OWNERSHIP_TTL_MS, OWNERSHIP_TURN_MS, type Ownership, partitionOf } from "./ownership.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

const names = ["chain", ...Array.from({ length: 8 }, (_, index) => `jobs-${index}`)];
const ownedBy = (process: Ownership) => names.filter((name) => process.fence(name) !== undefined);
/** As if this much time went by for the database. */
const pass = (ms: number) =>
  database.pool.query(
    `WITH a AS (UPDATE ownerships SET expires_at = expires_at - $1 * interval '1 ms')
     UPDATE processes SET expires_at = expires_at - $1 * interval '1 ms'`,
    [ms],
  );
const process = (owner: string) => {
  const clock = { ms: 0 };
  const store = createOwnershipStore(database);
  const ownership = createOwnership({ store, owner, nowMs: () => clock.ms, log: silent });
  const fenceOf = () => ownership.fence(partitionOf(jobId));
  const decisions = createDecisions({ store: createPlacementStore(database), owner, fenceOf });
  return { ownership, clock, decisions };
};

test("processes share the market, and none of it belongs to two or to nobody", async () => {
  const [first, second, third] = [process("a"), process("b"), process("c")];
  for (let turn = 0; turn < 4; turn++) for (const { ownership } of [first, second, third]) await ownership.turn();
  const owned = [first, second, third].map(({ ownership }) => ownedBy(ownership));
  expect(owned.flat().sort()).toEqual(names.toSorted());
  expect(owned.every((part) => part.length === 3)).toBe(true);
  for (const { ownership } of [first, second, third]) await ownership.close();
});

test("a killed process is replaced within five seconds, and one that was only paused decides nothing more", async () => {
  // The time to notice is what an ownership lasts plus a turn of the others.
  expect(OWNERSHIP_TTL_MS + OWNERSHIP_TURN_MS).toBeLessThan(5000);
  const [paused, other] = [process("paused"), process("other")];
  await paused.ownership.turn();
  expect(ownedBy(paused.ownership)).toEqual(names);
  const fence = paused.ownership.fence(partitionOf(jobId));
  await pass(OWNERSHIP_TTL_MS);
  await other.ownership.turn();
  expect(ownedBy(other.ownership)).toEqual(names);
  expect(other.ownership.fence(partitionOf(jobId))?.token).toBe((fence?.token ?? 0n) + 1n);

  // Its own clock stood still, so it still believes; the commit knows better.
  const of = (assetId: string) => ({ assetId, listingVersion: 1, maxSeconds: 60 });
  const choice: Choice = { jobId, members: [of("1")] };
  expect(ownedBy(paused.ownership)).toEqual(names);
  expect(await paused.decisions.commit(choice)).toBeUndefined();
  const id = await other.decisions.commit(choice);
  expect(id).toBeDefined();
  // Nor does it decide once its clock goes on.
  paused.clock.ms += OWNERSHIP_TTL_MS;
  expect(ownedBy(paused.ownership)).toEqual([]);

  // No decision is made twice: neither for the job, nor of the asset.
  expect(await other.decisions.commit({ jobId, members: [of("2")] })).toBeUndefined();
  const rows = await database.pool.query("SELECT job_id, asset_id, state FROM placements");
  expect(rows.rows).toEqual([{ job_id: jobId, asset_id: "1", state: "open" }]);
  const outbox = await database.pool.query("SELECT task, payload FROM outbox");
  expect(outbox.rows).toEqual([{ task: "advanceJob", payload: [{ jobId }] }]);

  // A gang is decided whole or not at all: asset 1 is taken, so 3 is not kept either, and one look-out is enough for all.
  const gangId = `0x${"0b".repeat(32)}` as typeof jobId;
  expect(await other.decisions.commit({ jobId: gangId, members: [of("3"), of("1")] })).toBeUndefined();
  const gang = await other.decisions.commit({ jobId: gangId, members: [of("3"), of("4")] });
  expect(await other.decisions.openOf(gangId)).toEqual({
    id: gang,
    jobId: gangId,
    members: [of("3"), of("4")],
    sent: null,
  });
  expect((await database.pool.query("SELECT task FROM outbox")).rows).toHaveLength(2);
  await other.decisions.end(gang ?? 0n, "refused", "AssetBusy");
  expect(await other.decisions.openOf(gangId)).toBeUndefined();
  expect(await other.decisions.openOf(jobId)).toMatchObject({ id });
  expect(await other.decisions.commit({ jobId: gangId, members: [of("4"), of("3")] })).toBeDefined();
});

test("of decisions made together, each job learns its own, and only what is refused is left out", async () => {
  const { ownership, decisions } = process("batch");
  await pass(OWNERSHIP_TTL_MS);
  await ownership.turn();
  await database.pool.query("DELETE FROM placements");
  const idOf = (number: number) => `0x${String(number).padStart(64, "0")}` as typeof jobId;
  // A process decides for the partition of `jobId` here, so all of them are in it. Assets 7 and 8 are asked for twice.
  const assets = [9, 7, 8, 7, 3, 8, 1];
  const ids = await Promise.all(
    assets.map((asset, number) =>
      decisions.commit({
        jobId: idOf(number),
        members: [{ assetId: String(asset), listingVersion: 1, maxSeconds: 60 }],
      }),
    ),
  );
  const { rows } = await database.pool.query("SELECT id, job_id, asset_id FROM placements");
  expect(rows.map(({ asset_id }) => asset_id).toSorted()).toEqual(["1", "3", "7", "8", "9"]);
  const kept = new Map(rows.map((row) => [row.job_id, { id: BigInt(row.id), asset: row.asset_id }]));
  for (const [number, asset] of assets.entries()) {
    const mine = kept.get(idOf(number));
    expect(ids[number]).toBe(mine?.id);
    if (mine !== undefined) expect(mine.asset).toBe(String(asset));
  }
});
