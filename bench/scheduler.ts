import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobId } from "@gristmill/shared/ids/ids";
import pg from "pg";
import { keccak256, toHex } from "viem";
import { openDatabase } from "../services/scheduler/src/adapters/db/database.ts";
import { migrate } from "../services/scheduler/src/adapters/db/migrate.ts";
import { createOwnershipStore } from "../services/scheduler/src/adapters/db/ownershipStore.ts";
import { createPlacementStore } from "../services/scheduler/src/adapters/db/placementStore.ts";
import { createDecisions } from "../services/scheduler/src/application/decisions.ts";
import { createOwnership, partitionOf } from "../services/scheduler/src/application/ownership.ts";
import { assetFixture } from "../services/scheduler/src/domain/placement/assetFixture.ts";
import { createPlacementIndex } from "../services/scheduler/src/domain/placement/index/createPlacementIndex.ts";
import type { Demand } from "../services/scheduler/src/domain/placement/placement.ts";
import { startPostgres } from "../tools/src/services/postgres.ts";
import type { Row } from "./row.ts";
import { skipLocked } from "./scheduler/skipLocked.ts";

const ASSETS = 30_000;
const PEER_JOBS = 3_000;
const JOBS = 25_000;
/** Jobs a second at which the wait from submission to a durable decision is measured. */
const LOAD_PER_SECOND = 2_000;
const LOAD_SECONDS = 2;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const demand: Demand = {
  requirements: { gpuCount: 1, minVramMiB: 1024 } as Demand["requirements"],
  workload: {
    image: "x",
    command: [],
    env: {},
    inputs: [],
    cpuMilli: 1000,
    memoryMiB: 512,
    maxOutputMiB: 64,
    maxSeconds: 60,
  } as Demand["workload"],
  ...{ pricePerSecondCap: undefined, budget: undefined, feeBps: 250, now: 1000 },
} as Demand;

/** Durable decisions beside a SELECT ... FOR UPDATE SKIP LOCKED matcher on the same Postgres. */
export async function benchScheduler(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-scheduler-bench-"));
  const postgres = await startPostgres({ millDir: folder, durable: true, env: {} });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 16 });
  try {
    await migrate(postgres.url);
    const peer = await skipLocked(pool, ASSETS, PEER_JOBS);

    const database = openDatabase(postgres.url);
    const nowMs = () => performance.now();
    const index = createPlacementIndex();
    for (let id = 1; id <= ASSETS; id++) {
      const view = assetFixture();
      const node = `0x${id.toString(16).padStart(40, "0")}` as const;
      const listing = view.listing && { ...view.listing, pricePerSecond: BigInt(100 + ((id * 7919) % 1000)) };
      index.put({ ...view, assetId: String(id), node, listing });
    }
    const jobs = Array.from({ length: ASSETS }, (_, number) => keccak256(toHex(`job ${number}`)) as JobId);
    index.choose(demand);
    const ownership = createOwnership({ store: createOwnershipStore(database), owner: "bench", nowMs, log: silent });
    await ownership.turn();
    const renewing = setInterval(() => void ownership.turn(), 500);
    const fenceOf = (jobId: JobId) => ownership.fence(partitionOf(jobId));
    const decisions = createDecisions({ store: createPlacementStore(database), owner: "bench", fenceOf });
    const submit = async (jobId: JobId): Promise<void> => {
      const asset = index.choose(demand);
      if (asset === undefined) throw new Error("no asset is left");
      index.take(asset.assetId);
      const choice = { jobId, assetId: asset.assetId, listingVersion: 1, maxSeconds: 60 };
      if ((await decisions.commit(choice)) === undefined) throw new Error("a decision was refused");
    };

    const waits: number[] = [];
    const load = LOAD_PER_SECOND * LOAD_SECONDS;
    const begun = performance.now();
    const placed: Promise<void>[] = [];
    while (placed.length < load) {
      const due = Math.min(load, Math.floor(((performance.now() - begun) / 1000) * LOAD_PER_SECOND));
      while (placed.length < due) {
        const at = performance.now();
        const work = submit(jobs[placed.length] as JobId).then(() => void waits.push(performance.now() - at));
        placed.push(work);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(placed);

    const started = performance.now();
    const burst: Promise<void>[] = [];
    for (const jobId of jobs.slice(load, load + JOBS)) {
      burst.push(submit(jobId));
      // As in the service, where jobs come in over many turns of the event loop and ownership is renewed between them.
      if (burst.length % 250 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(burst);
    const perSecond = JOBS / ((performance.now() - started) / 1000);
    clearInterval(renewing);
    const { rows } = await pool.query<{ count: string }>("SELECT count(*) AS count FROM placements");
    if (Number(rows[0]?.count) !== load + JOBS) throw new Error("a decision is missing");
    await database.close();
    const at = (share: number) => waits.toSorted((a, b) => a - b)[Math.floor(waits.length * share)] ?? Number.NaN;
    return [
      {
        what: `SELECT ... FOR UPDATE SKIP LOCKED, 16 workers, ${PEER_JOBS} jobs (baseline)`,
        value: `${Math.round(peer.perSecond).toLocaleString("en")} a second`,
        ratio: "1.00 x",
      },
      {
        what: `choice in memory, fenced commit in batches with its outbox row, ${JOBS} jobs`,
        value: `${Math.round(perSecond).toLocaleString("en")} a second`,
        ratio: `${(perSecond / peer.perSecond).toFixed(1)} x`,
      },
      {
        what: `submit to placed (durable) at ${LOAD_PER_SECOND} jobs a second: p50, p99`,
        value: `${at(0.5).toFixed(1)} ms, ${at(0.99).toFixed(1)} ms`,
        ratio: "",
      },
    ];
  } finally {
    await pool.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
