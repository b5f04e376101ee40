import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPidFile } from "../services/process.ts";
import { identifyProcess } from "../services/processIdentity.ts";
import { waitUntil } from "../services/waitUntil.ts";
import { down } from "./down.ts";

let millDir: string;
beforeEach(() => {
  millDir = mkdtempSync(join(tmpdir(), "mill-down-"));
});
afterEach(async () => {
  await down(millDir, {});
  rmSync(millDir, { recursive: true, force: true });
});

const pidOf = (name: string) => readPidFile(join(millDir, "run", `${name}.json`))?.process.pid ?? 0;

/** A market's process of its own, with a chain and a database, that ends in good order on SIGTERM. */
async function startMarket() {
  const from = (path: string) => JSON.stringify(join(import.meta.dirname, path));
  const script = `
    const { claimMarket } = await import(${from("claimMarket.ts")});
    const { onShutdown, shutdownOnSignals } = await import(${from("shutdown.ts")});
    const { startChain } = await import(${from("../services/chain.ts")});
    const { startPostgres } = await import(${from("../services/postgres.ts")});
    const millDir = ${JSON.stringify(millDir)};
    claimMarket(millDir);
    shutdownOnSignals(() => {});
    onShutdown("chain", (await startChain({ millDir, env: {} })).stop);
    onShutdown("postgres", (await startPostgres({ millDir, durable: false, env: {} })).stop);
    process.send("up");
    setInterval(() => {}, 1e6);`;
  const market = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await new Promise((resolve) => market.once("message", resolve));
  writeFileSync(join(millDir, "market.json"), "{}");
  return { market, pids: [market.pid ?? 0, pidOf("chain"), pidOf("postgres")] };
}

async function expectNothingLeft(pids: number[]) {
  for (const pid of pids) {
    expect(await waitUntil(() => identifyProcess(pid) === undefined, { timeoutMs: 5_000 })).toBe(true);
  }
  expect(readdirSync(join(millDir, "run"))).toEqual([]);
  expect(existsSync(join(millDir, "market.json"))).toBe(false);
}

describe("down", () => {
  it("ends a running market and all it started, so that nothing keeps a port or the memory", async () => {
    const { pids } = await startMarket();
    expect(pids.every((pid) => identifyProcess(pid) !== undefined)).toBe(true);
    expect(await down(millDir, {})).toContain(`mill (pid ${pids[0]})`);
    await expectNothingLeft(pids);
    expect(await down(millDir, {})).toEqual([]);
  });

  it("ends what a killed market left behind", async () => {
    const { market, pids } = await startMarket();
    market.kill("SIGKILL");
    await waitUntil(() => identifyProcess(pids[0] ?? 0) === undefined, { timeoutMs: 5_000 });
    expect(pids.slice(1).every((pid) => identifyProcess(pid) !== undefined)).toBe(true);
    expect(await down(millDir, {})).toHaveLength(2);
    await expectNothingLeft(pids);
  });

  it("does nothing where nothing runs", async () => {
    expect(await down(millDir, {})).toEqual([]);
  });
});
