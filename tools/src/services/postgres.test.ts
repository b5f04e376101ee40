import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Postgres, startPostgres } from "./postgres.ts";
import { readPidFile } from "./process.ts";
import { identifyProcess } from "./processIdentity.ts";
import { waitUntil } from "./waitUntil.ts";

let millDir: string;
const started: Postgres[] = [];

beforeEach(() => {
  millDir = mkdtempSync(join(tmpdir(), "mill-postgres-"));
});
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  rmSync(millDir, { recursive: true, force: true });
});

async function start(name = "postgres", durable = false): Promise<Postgres> {
  const server = await startPostgres({ millDir, name, durable, env: {} });
  started.push(server);
  return server;
}
async function query(server: Postgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  client.on("error", () => undefined); // The server is killed under it in one test.
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe("startPostgres", () => {
  it("finds its rows again after a stop and a start", async () => {
    const first = await start();
    await query(first, "CREATE TABLE placement AS SELECT 42 AS lease");
    await first.stop();
    expect(await query(await start(), "SELECT lease FROM placement")).toEqual([{ lease: 42 }]);
  });

  it("starts again with its rows after a SIGKILL of the server", async () => {
    const first = await start("postgres", true);
    await query(first, "CREATE TABLE placement AS SELECT 42 AS lease");
    const pid = readPidFile(join(millDir, "run", "postgres.json"))?.process.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await waitUntil(() => identifyProcess(pid) === undefined, { timeoutMs: 5_000 });
    expect(await query(await start("postgres", true), "SELECT lease FROM placement")).toEqual([{ lease: 42 }]);
  });

  it("runs two side by side that do not see each other's rows", async () => {
    const [one, two] = [await start("one"), await start("two")];
    await query(one, "CREATE TABLE placement AS SELECT 1 AS lease");
    expect(await query(two, "SELECT to_regclass('placement') AS found")).toEqual([{ found: null }]);
  });

  it("refuses a second start while the first runs, so two schedulers never share one data folder by accident", async () => {
    await start();
    await expect(start()).rejects.toThrow(/already runs/);
  });

  it("lets nobody in without the password, and keeps the password out of the log", async () => {
    const server = await start();
    const url = new URL(server.url);
    const { password } = url;
    url.password = "wrong";
    await expect(query({ ...server, url: url.href }, "SELECT 1")).rejects.toThrow(/password/);
    expect(password.length).toBeGreaterThan(10);
    expect(readFileSync(join(millDir, "logs", "postgres.log"), "utf8")).not.toContain(password);
  });

  it("says so when the server named in DATABASE_URL is not there, instead of using another", async () => {
    const env = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
    await expect(startPostgres({ millDir, durable: false, env })).rejects.toThrow(/DATABASE_URL/);
  });
});
