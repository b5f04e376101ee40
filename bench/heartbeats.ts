import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../tools/src/services/postgres.ts";
import type { FromServer, ToClients, ToServer } from "./heartbeat/messages.ts";
import type { Row } from "./row.ts";

/** What a scheduler is to carry. */
const MARKET = 10_000;
/** How many are connected: fewer on a machine that is busy, and the table says so. */
const NODES = Number(process.env.BENCH_NODES ?? MARKET);
const CLIENT_PROCESSES = 2;
const SETTLE_MS = 5_000;
const MEASURE_MS = 15_000;
/** Connecting ten thousand nodes takes two checked signatures each; on a busy machine the run says so instead of waiting. */
const CONNECT_MS = 240_000;
/** Ten thousand signed requests a second do not fit a core: fewer are measured, and the table says so. */
const POSTING = 100;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Heartbeats of 10,000 simulated nodes at 1 Hz on the scheduler's own node server, beside a signed HTTP POST for each. */
export async function benchHeartbeats(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-heartbeats-"));
  const postgres = await startPostgres({ millDir: folder, durable: true, env: {} });
  const children: ChildProcess[] = [];
  const child = (name: string): ChildProcess => {
    const env = { ...process.env, DATABASE_URL: postgres.url };
    const started = fork(join(import.meta.dirname, "heartbeat", `${name}.ts`), { env });
    children.push(started);
    return started;
  };
  const heard = <Message>(from: ChildProcess) =>
    new Promise<Message>((resolve, reject) => {
      from.once("message", (message) => resolve(message as Message));
      from.once("exit", (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
      setTimeout(() => reject(new Error("a process of the benchmark does not answer")), CONNECT_MS).unref();
    });
  try {
    const server = child("server");
    const tell = (message: ToServer) => server.send(message);
    const listening = await heard<FromServer>(server);
    const url = `http://127.0.0.1:${listening.kind === "listening" ? listening.port : 0}`;
    const measure = async (): Promise<Extract<FromServer, { kind: "counted" }>> => {
      tell({ kind: "start" });
      await wait(MEASURE_MS);
      const counted = heard<FromServer>(server);
      tell({ kind: "stop" });
      const answer = await counted;
      if (answer.kind !== "counted") throw new Error("the server did not count");
      return answer;
    };

    const posters = child("clients");
    const posting: ToClients = { kind: "post", url, from: 0, count: POSTING, seconds: 600 };
    posters.send(posting);
    await wait(SETTLE_MS);
    const posts = await measure();
    posters.disconnect();
    await new Promise((resolve) => posters.once("exit", resolve));

    const share = NODES / CLIENT_PROCESSES;
    await Promise.all(
      Array.from({ length: CLIENT_PROCESSES }, (_, index) => {
        const clients = child("clients");
        const connecting: ToClients = { kind: "connect", url, from: index * share, count: share };
        clients.send(connecting);
        return heard(clients);
      }),
    );
    await wait(SETTLE_MS);
    const beats = await measure();

    const perBeat = beats.cpuMicros / beats.beats;
    const perPost = posts.cpuMicros / posts.posts;
    const core = (micros: number) => `${((micros * MARKET) / 10_000).toFixed(1)} % of a core`;
    const measured = NODES === MARKET ? "measured" : `measured on ${NODES}, extrapolated`;
    return [
      {
        what: `signed HTTP POST each, ${MARKET} a second: ${Math.round(posts.posts / posts.seconds)} a second measured, extrapolated (baseline)`,
        value: `${core(perPost)} (${perPost.toFixed(0)} us each)`,
        ratio: "1.00 x",
      },
      {
        what: `WebSocket frames with a MAC of ${MARKET} nodes at 1 Hz, written to Postgres: ${measured}, ${Math.round(beats.beats / beats.seconds)} a second`,
        value: `${core(perBeat)} (${perBeat.toFixed(1)} us each)`,
        ratio: `${(perBeat / perPost).toFixed(4)} x`,
      },
    ];
  } finally {
    for (const started of children) if (started.connected) started.disconnect();
    await Promise.all(
      children.map(
        (started) => started.exitCode ?? started.signalCode ?? new Promise((resolve) => started.once("exit", resolve)),
      ),
    );
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
