import { randomBytes } from "node:crypto";
import type { Row } from "../row.ts";
import { createForgeProject } from "./forgeProject.ts";
import { runForge } from "./runForge.ts";

/** Runs of each suite, 200 calls each; the small worlds take most of them, the whole market is a hundred times heavier. */
const PLAN: Readonly<Record<string, number>> = {
  JobEscrow: 900,
  Registry: 900,
  HostileToken: 500,
  ComputeAsset: 200,
  Attestations: 100,
  Court: 60,
  Market: 60,
};
const DEPTH = 200;

/**
 * The long run of every invariant suite.
 *
 * @param folder where the copy goes; what an earlier run built there is used again
 * @throws when an invariant fails, with the seed that repeats it
 */
export async function benchInvariants(folder: string): Promise<Row[]> {
  createForgeProject(folder);
  const seed = process.env.BENCH_SEED ?? `0x${randomBytes(16).toString("hex")}`;
  process.stderr.write(`bench: invariants with BENCH_SEED=${seed}\n`);
  const rows: Row[] = [];
  const all = { calls: 0, reverts: 0 };
  const row = (what: string, calls: number, reverts: number): Row => ({
    what,
    value: `${calls.toLocaleString("en")} calls`,
    ratio: `${((100 * reverts) / calls).toFixed(1)} % reverted`,
  });
  for (const [suite, invariantRuns] of Object.entries(PLAN)) {
    const tests = await runForge(folder, {
      contracts: `${suite}InvariantsTest`,
      invariantRuns,
      depth: DEPTH,
      fuzzRuns: 1024,
      checkInterval: 20,
      seed,
      timeoutMs: 3_600_000,
    });
    const bad = tests.find(({ passed }) => !passed);
    if (bad) throw new Error(`${bad.contract}.${bad.test} failed with BENCH_SEED=${seed}: ${bad.reason}`);
    const invariants = tests.filter(({ calls }) => calls > 0);
    const [calls, reverts] = [
      invariants.reduce((sum, one) => sum + one.calls, 0),
      invariants.reduce((sum, one) => sum + one.reverts, 0),
    ];
    all.calls += calls;
    all.reverts += reverts;
    rows.push(row(`invariants: ${suite} (${invariants.length})`, calls, reverts));
  }
  rows.push(row(`invariants: all, seed ${seed}`, all.calls, all.reverts));
  return rows;
}
