import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JobId, jobIdSchema, leaseIdSchema, sha256Schema } from "@gristmill/shared/ids/ids";
import { toWire } from "@gristmill/shared/units/toWire";
import { toHex } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { jobKeptUntil, SWEEP_GRACE_SECONDS, UPLOAD_KEPT_SECONDS } from "../../domain/artifact/retention.ts";
import { orderFixture, quoteFixture } from "../../domain/quote/quoteFixture.ts";
import { createCheckpointStore } from "../db/checkpointStore.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import type { ArtifactStore } from "./artifactStore.ts";
import { createArtifactGrants } from "./createArtifactGrants.ts";
import { openArtifactStore } from "./openArtifactStore.ts";
import { sweepArtifacts } from "./sweepArtifacts.ts";

let server: TestDatabase;
let database: Database;
let artifacts: ArtifactStore;
const folder = mkdtempSync(join(tmpdir(), "gristmill-sweep-"));
const STORED = 1_800_000_000;
/** The chain's clock, moved by hand. */
let now = STORED;

beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
  artifacts = await openArtifactStore({ folder, maxBytes: 64, maxTotalBytes: 640 });
}, 120_000);
beforeEach(async () => {
  now = STORED;
  await database.pool.query("TRUNCATE artifacts, artifact_grants, checkpoints, orders CASCADE");
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
  rmSync(folder, { recursive: true, force: true });
});

type By = Parameters<ReturnType<typeof createArtifactGrants>["noteUpload"]>[1];
async function store(text: string, by: By = { wallet: null }): Promise<string> {
  async function* bytes() {
    yield Buffer.from(text);
  }
  const grants = createArtifactGrants(database.pool);
  return (await artifacts.put(bytes(), (sha256) => grants.noteUpload(sha256, by, now))).sha256;
}

const jobId = (number: number): JobId => jobIdSchema.parse(toHex(number, { size: 32 }));
async function order(number: number, leaseEnd: number, inputs: readonly string[] = []): Promise<void> {
  const { terms, workload, requirements } = orderFixture();
  await database.prisma.order.create({
    data: {
      jobId: jobId(number),
      vault: "0x",
      buyer: terms.buyer,
      terms: toWire({ ...terms, leaseEnd }),
      workload: { ...workload, inputs: inputs.map((sha256) => ({ path: "a", sha256, bytes: 1 })) },
      requirements: toWire(requirements),
    } as never,
  });
}

const sweep = (at: number, samples: string[] = []) =>
  sweepArtifacts({ pool: database.pool, artifacts, samples, chainNow: () => at });
const isThere = async (sha256: string) => (await artifacts.bytesOf(sha256)) !== undefined;

it("an upload is kept for the time that quotes state, and can be ordered until the end of it", async () => {
  const upload = await store("upload");
  const grants = createArtifactGrants(database.pool);
  const end = STORED + UPLOAD_KEPT_SECONDS;
  expect(quoteFixture().retention.uploadSeconds).toBe(UPLOAD_KEPT_SECONDS);
  await sweep(end);
  expect([await isThere(upload), await grants.isOrderable(upload, end)]).toEqual([true, true]);
  // An order checked in the last second is not left without its input.
  await sweep(end + SWEEP_GRACE_SECONDS);
  expect([await isThere(upload), await grants.isOrderable(upload, end + 1)]).toEqual([true, false]);
  expect(await sweep(end + SWEEP_GRACE_SECONDS + 1)).toBe(1);
  expect(await isThere(upload)).toBe(false);
});

it("uploading the same again starts the time anew", async () => {
  const upload = await store("again");
  now += UPLOAD_KEPT_SECONDS;
  await store("again");
  await sweep(now + UPLOAD_KEPT_SECONDS);
  expect(await isThere(upload)).toBe(true);
});

it("inputs and outputs of a job can be downloaded until the second that its quote named", async () => {
  const { terms, retention } = quoteFixture();
  const input = await store("input");
  const output = await store("output", { job: jobId(1) });
  await order(1, terms.leaseEnd, [input]);
  expect(retention.jobUntil).toBe(jobKeptUntil(terms.leaseEnd));
  await sweep(retention.jobUntil);
  expect([await isThere(input), await isThere(output)]).toEqual([true, true]);
  expect(await sweep(retention.jobUntil + 1)).toBe(2);
  expect([await isThere(input), await isThere(output)]).toEqual([false, false]);
  expect((await database.pool.query("SELECT 1 FROM artifact_grants")).rowCount).toBe(0);
});

it("content of two jobs is kept as long as the later one needs it, and a template's sample always", async () => {
  const both = await store("both");
  const sample = await store("sample");
  await order(1, STORED + 100, [both]);
  await order(2, STORED + 1_000_000, [both]);
  await sweep(jobKeptUntil(STORED + 1_000_000), [sample]);
  expect([await isThere(both), await isThere(sample)]).toEqual([true, true]);
  await sweep(jobKeptUntil(STORED + 1_000_000) + 1, [sample]);
  expect([await isThere(both), await isThere(sample)]).toEqual([false, true]);
});

it("whoever uploads the same content while it is being deleted keeps it", async () => {
  await store("racing");
  const late = STORED + UPLOAD_KEPT_SECONDS + SWEEP_GRACE_SECONDS + 1;
  now = late;
  for (let round = 0; round < 5; round++) {
    await database.pool.query("UPDATE artifacts SET stored_at = $1", [STORED]);
    const [again] = await Promise.all([store("racing"), sweep(late), sweep(late)]);
    expect(await isThere(again)).toBe(true);
    expect((await database.pool.query("SELECT 1 FROM artifacts WHERE sha256 = $1", [again])).rowCount).toBe(1);
  }
});

it("what was deleted makes room for others", async () => {
  const text = (index: number) => String(index).padEnd(64, "x");
  for (let index = 0; index < 9; index++) await store(text(index));
  await expect(store("y".repeat(64)).then(() => store("z".repeat(64)))).rejects.toMatchObject({
    code: "artifact_too_large",
  });
  await sweep(STORED + UPLOAD_KEPT_SECONDS + SWEEP_GRACE_SECONDS + 1);
  await store("z".repeat(64));
});

it("a saved state that another one replaced goes with the next sweep, unless somebody else needs the content", async () => {
  const checkpoints = createCheckpointStore(database);
  const [job, leaseId] = [jobId(1), leaseIdSchema.parse(toHex(7, { size: 32 }))];
  await order(1, STORED + 1_000);
  const save = async (text: string, shard = 0) => {
    const sha256 = sha256Schema.parse(await store(text, { job, as: "checkpoint" }));
    expect(await checkpoints.keep(job, { shard, leaseId, sha256, bytes: text.length, savedAt: STORED })).toBe(true);
    return sha256;
  };
  const first = await save("state 1");
  const shared = await save("state 2");
  await save("state 2", 1);
  await store("state 3");
  const uploaded = await save("state 3");
  const newest = await save("state 4");
  await sweep(STORED + 1);
  expect([await isThere(first), await isThere(shared), await isThere(uploaded), await isThere(newest)]).toEqual([
    ...[false, true, true, true],
  ]);
  expect((await checkpoints.of(job)).map(({ sha256 }) => sha256)).toEqual([newest, shared]);
  // What an output is stands, whatever was saved.
  const output = sha256Schema.parse(await store("result", { job }));
  const claimed = { shard: 0, leaseId, sha256: output, bytes: 6, savedAt: STORED };
  expect(await checkpoints.keep(job, claimed)).toBe(false);
});

it("a database that goes away in the middle of a sweep is the sweep's error, not the end of the process", async () => {
  await store("overdue");
  const remove = async () => {
    await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
    );
    // The connection tells of its end by an event before anybody asks it.
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  const chainNow = () => STORED + UPLOAD_KEPT_SECONDS + SWEEP_GRACE_SECONDS + 1;
  await expect(sweepArtifacts({ pool: database.pool, artifacts: { remove }, samples: [], chainNow })).rejects.toThrow();
});
