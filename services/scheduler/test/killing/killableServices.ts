import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@gristmill/tools/services/postgres";
import { readPidFile } from "@gristmill/tools/services/process";
import { isAlive } from "@gristmill/tools/services/processIdentity";
import { startRedis } from "@gristmill/tools/services/redis";
import { waitUntil } from "@gristmill/tools/services/waitUntil";

const portOf = (url: string | undefined) => (url === undefined ? {} : { port: Number(new URL(url).port) });

/** A Postgres and a Redis of its own, each of which can be killed and comes back at the same address. */
export async function killableServices() {
  const millDir = mkdtempSync(join(tmpdir(), "gristmill-killing-"));
  // Durable: what was committed must be there after a kill. Redis keeps nothing at all over one.
  const startDatabase = (at?: string) => startPostgres({ millDir, durable: true, env: {}, ...portOf(at) });
  const startQueue = (at?: string) => startRedis({ millDir, env: {}, ...portOf(at) });
  let postgres = await startDatabase();
  let redis = await startQueue();
  const sigkill = async (name: string) => {
    const killed = readPidFile(join(millDir, "run", `${name}.json`))?.process;
    if (killed === undefined) throw new Error(`${name} does not run`);
    process.kill(killed.pid, "SIGKILL");
    await waitUntil(() => !isAlive(killed), { timeoutMs: 10_000, intervalMs: 20 });
  };
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    async killPostgres() {
      await sigkill("postgres");
      postgres = await startDatabase(postgres.url);
    },
    async killRedis() {
      await sigkill("redis");
      redis = await startQueue(redis.url);
    },
    async stop() {
      await postgres.stop();
      await redis.stop();
      rmSync(millDir, { recursive: true, force: true });
    },
  };
}
