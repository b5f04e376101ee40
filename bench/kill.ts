import { killRounds } from "../services/scheduler/test/killing/killRounds.ts";
import type { Row } from "./row.ts";

const ROUNDS = Number(process.env.BENCH_KILL_ROUNDS ?? 200);
/** No round begins after so many minutes; the table says how many there were. */
const MINUTES = Number(process.env.BENCH_KILL_MINUTES ?? 120);

/** Schedulers, Redis and Postgres are killed while jobs flow, hundreds of times. */
export async function benchKill(): Promise<Row[]> {
  const seed = Number(process.env.BENCH_KILL_SEED ?? Date.now() % 1_000_000);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  say(`BENCH_KILL_SEED=${seed} repeats these kills`);
  const { jobs, kills, carriedOutTwice } = await killRounds({ rounds: ROUNDS, seed, withinMs: MINUTES * 60_000, say });
  const lost = jobs.filter(({ closed, leases }) => !closed || leases.every(({ billedSeconds }) => billedSeconds === 0));
  const unbalanced = jobs.filter(({ deposited, paid, fees, refunded }) => paid + fees + refunded !== deposited);
  const killed = Object.entries(kills).map(([what, count]) => `${what} ${count}`);
  return [
    { what: `kills (seed ${seed})`, value: killed.join(", "), ratio: "" },
    { what: `jobs that flowed meanwhile`, value: String(jobs.length), ratio: "" },
    { what: "jobs lost", value: String(lost.length), ratio: "" },
    { what: "decisions carried out twice", value: String(carriedOutTwice), ratio: "" },
    { what: "jobs whose payments do not add up on chain", value: String(unbalanced.length), ratio: "" },
  ];
}
