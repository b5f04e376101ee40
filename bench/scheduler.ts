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
import { type Choice, createDecisions } from "../services/scheduler/src/application/decisions.ts";
import { createOwnership, OWNERSHIP_TURN_MS, partitionOf } from "../services/scheduler/src/application/ownership.ts";
import { createPlacementDesk } from "../services/scheduler/src/application/placementDesk.ts";
import { emptyMarketState } from "../services/scheduler/src/domain/lifecycle/marketState.ts";
import { createPlacementIndex } from "../services/scheduler/src/domain/placement/index/createPlacementIndex.ts";
import { createLoop, type Loop } from "../services/scheduler/src/loop.ts";
import { startPostgres } from "../tools/src/services/postgres.ts";
import { median } from "./median.ts";
import type { Row } from "./row.ts";
import { demand, freeAssets } from "./scheduler/assets.ts";
import { processorMs } from "./scheduler/processorMs.ts";
import { type Peer, preparePeer, skipLocked } from "./scheduler/skipLocked.ts";

/** The parts take turns, so that each sees the same machine. */
const ROUNDS = 3;
const PEER_JOBS = 1_000;
const JOBS = 5_000;
/** Jobs a second at which the wait from submission to a durable decision is measured. */
const LOAD_PER_SECOND = 2_000;
const LOAD_SECONDS = 3;
const WARM_JOBS = 1_000;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const jobOf = (number: number) => keccak256(toHex(`job ${number}`)) as JobId;

/** Durable decisions beside a SELECT ... FOR UPDATE SKIP LOCKED matcher on the same Postgres. */
export async function benchScheduler(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-scheduler-bench-"));
  const postgres = await startPostgres({ millDir: folder, durable: true, env: {} });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 16 });
  const database = openDatabase(postgres.url);
  const nowMs = () => performance.now();
  const ownership = createOwnership({ store: createOwnershipStore(database), owner: "bench", nowMs, log: silent });
  const fenceOf = (jobId: JobId) => ownership.fence(partitionOf(jobId));
  const decisions = createDecisions({ store: createPlacementStore(database), owner: "bench", fenceOf });
  let renewing: Loop | undefined;

  const decide = async (jobId: JobId, assetId: string): Promise<void> => {
    const choice: Choice = { jobId, members: [{ assetId, listingVersion: 1, maxSeconds: 60 }] };
    while ((await decisions.commit(choice)) === undefined) {
      // A machine that is busy elsewhere for seconds lets the ownership lapse, as in the service: the next turn takes it again.
      if (fenceOf(jobId) !== undefined) throw new Error("a decision was refused");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  /** Decisions a second when all of these jobs are there: choice in memory, commit in batches. */
  const burst = async (jobs: readonly JobId[], index: ReturnType<typeof createPlacementIndex>): Promise<number> => {
    const started = performance.now();
    const placed: Promise<void>[] = [];
    for (const jobId of jobs) {
      const asset = index.choose(demand);
      if (asset === undefined) throw new Error("no asset is left");
      index.take(asset.assetId);
      placed.push(decide(jobId, asset.assetId));
      // As in the service, where jobs come in over many turns of the event loop and ownership is renewed between them.
      if (placed.length % 250 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(placed);
    return jobs.length / ((performance.now() - started) / 1000);
  };

  /** Milliseconds from each job's submission to its durable decision, at a steady rate, through the service's placement desk. */
  const load = async (jobs: readonly JobId[], desk: ReturnType<typeof createPlacementDesk>): Promise<number[]> => {
    const waits: number[] = [];
    const submit = async (jobId: JobId) => {
      const at = performance.now();
      const want = { jobId, buyer: `buyer ${jobId.slice(2, 4)}`, bid: 2_000n, demand };
      let assets: Awaited<ReturnType<typeof desk.place>>;
      while (assets === undefined) assets = await desk.place({ ...want, size: 1, apart: "nothing" });
      await decide(jobId, assets[0]?.assetId ?? "");
      waits.push(performance.now() - at);
    };
    const begun = performance.now();
    const placed: Promise<void>[] = [];
    while (placed.length < jobs.length) {
      const due = Math.min(jobs.length, Math.floor(((performance.now() - begun) / 1000) * LOAD_PER_SECOND));
      while (placed.length < due) placed.push(submit(jobs[placed.length] as JobId));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(placed);
    return waits;
  };

  try {
    await migrate(postgres.url);
    await preparePeer(pool, 2 * ROUNDS * PEER_JOBS + 10_000);
    const index = createPlacementIndex();
    for (const view of freeAssets(1, ROUNDS * JOBS)) index.put(view);
    index.choose(demand);
    await ownership.turn();
    renewing = createLoop("ownership", OWNERSHIP_TURN_MS, ownership.turn, silent);

    const peer: Record<Peer, number[]> = { statements: [], "one statement": [] };
    const ours: number[] = [];
    /** Microseconds of processor a decision, of this process and Postgres together: what other work on the machine changes least. */
    const cost: Record<Peer | "ours", number[]> = { statements: [], "one statement": [], ours: [] };
    const { port } = new URL(postgres.url);
    const costing = async (what: keyof typeof cost, count: number, work: () => Promise<number>): Promise<number> => {
      const before = processorMs(port);
      const perSecond = await work();
      // A backend's own count is brought up to date as it goes back to waiting.
      cost[what].push(((processorMs(port) - before) * 1000) / count);
      return perSecond;
    };
    let [peerJob, job] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of ["statements", "one statement"] as const) {
        const work = () => skipLocked(pool, kind, { from: peerJob, count: PEER_JOBS });
        peer[kind].push(await costing(kind, PEER_JOBS, work));
        peerJob += PEER_JOBS;
      }
      const jobs = Array.from({ length: JOBS }, () => jobOf(job++));
      ours.push(await costing("ours", JOBS, () => burst(jobs, index)));
    }

    const loaded = LOAD_PER_SECOND * LOAD_SECONDS;
    const views = freeAssets(ROUNDS * JOBS + 1, WARM_JOBS + loaded);
    // Its clock stands still: no lease comes on chain here, and what was decided must not be given again for that.
    const desk = createPlacementDesk({
      ...{ views: () => views, state: () => emptyMarketState, wake: () => undefined, nowMs: () => 0 },
    });
    await load(
      Array.from({ length: WARM_JOBS }, () => jobOf(job++)),
      desk,
    );
    const waits = await load(
      Array.from({ length: loaded }, () => jobOf(job++)),
      desk,
    );

    const { rows } = await pool.query<{ count: string }>(
      "SELECT count(*) AS count FROM placements WHERE state = 'open'",
    );
    if (Number(rows[0]?.count) !== job) throw new Error("a decision is missing");
    const sorted = waits.toSorted((a, b) => a - b);
    const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1)} ms`;
    const line = (values: number[], what: keyof typeof cost) =>
      `${Math.round(median(values)).toLocaleString("en")} a second, ${Math.round(median(cost[what]))} us of processor each`;
    const beside = (kind: Peer) =>
      `${(median(ours) / median(peer[kind])).toFixed(1)} x, by processor ${(median(cost[kind]) / median(cost.ours)).toFixed(1)} x`;
    return [
      {
        what: `SELECT ... FOR UPDATE SKIP LOCKED, 16 workers, a transaction of four statements a job (baseline)`,
        value: line(peer.statements, "statements"),
        ratio: "1.00 x",
      },
      {
        what: "the same as one statement a job",
        value: line(peer["one statement"], "one statement"),
        ratio: `${(median(peer["one statement"]) / median(peer.statements)).toFixed(1)} x`,
      },
      {
        what: `choice in memory, fenced commit in batches with its outbox row`,
        value: line(ours, "ours"),
        ratio: `${beside("statements")}; of the one statement ${beside("one statement")}`,
      },
      {
        what: `submit to placed (durable) through the placement desk at ${LOAD_PER_SECOND} jobs a second: p50, p99, worst`,
        value: `${at(0.5)}, ${at(0.99)}, ${at(0.99999)}`,
        ratio: "",
      },
    ];
  } finally {
    await renewing?.stop();
    await database.close();
    await pool.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
