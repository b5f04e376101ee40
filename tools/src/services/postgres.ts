import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import pg from "pg";
import { choosePort, releasePort } from "./ports.ts";
import { postgresBinaries } from "./postgresBinaries.ts";
import { endProcess, reclaimProcess, startProcess } from "./process.ts";
import { identifyProcess } from "./processIdentity.ts";
import { NOBODY, readablePlace } from "./readablePlace.ts";
import { ServiceError } from "./serviceError.ts";
import { waitUntil } from "./waitUntil.ts";

export type Postgres = {
  /** Connection string with the password in it: for configuration, not for a log. */
  url: string;
  origin: "DATABASE_URL" | "embedded";
  /** Resolves when its process has ended; absent when it is somebody else's. */
  exited?: Promise<unknown>;
  stop(): Promise<void>;
};

export type StartPostgresOptions = {
  /** The `.mill` folder. */
  millDir: string;
  /** Name of the process, the port and the data folder. Default `postgres`. */
  name?: string;
  /** Default: the port remembered for `name`. */
  port?: number;
  /** `false`: faster, and a power cut may lose the data. For tests. */
  durable: boolean;
  /** Created when missing. Default `gristmill`. */
  database?: string;
  /** Default: this process's environment. Only `DATABASE_URL` is read. */
  env?: { readonly DATABASE_URL?: string | undefined };
};

async function canQuery(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(adminUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/** Postgres refuses to run as root. */
function account(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

function initialise(binaries: string, dataDir: string, passwordFile: string, durable: boolean): void {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { uid, gid } = account();
  const writtenPassword = `${dataDir}.initial-password`;
  writeFileSync(passwordFile, randomBytes(18).toString("base64url"), { mode: 0o600 });
  writeFileSync(writtenPassword, readFileSync(passwordFile), { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) {
    chownSync(dataDir, uid, gid);
    chownSync(writtenPassword, uid, gid);
  }
  const result = spawnSync(
    join(binaries, "bin/initdb"),
    [
      `--pgdata=${dataDir}`,
      "--username=postgres",
      `--pwfile=${writtenPassword}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      ...(durable ? [] : ["--no-sync"]),
    ],
    { ...account(), cwd: binaries, env: { PATH: "/usr/bin:/bin", LC_ALL: "C" }, encoding: "utf8", timeout: 120_000 },
  );
  rmSync(writtenPassword, { force: true });
  if (result.status !== 0) {
    rmSync(dataDir, { recursive: true, force: true });
    throw new ServiceError(
      "postgres",
      `could not create its data folder ${dataDir}: ${(result.stderr || result.error?.message || "").trim()}`,
      "Free some disk space, or name a server of yours in DATABASE_URL.",
    );
  }
}

/** Ends a server that outlived its supervisor and its pid file, as after a SIGKILL of both. */
async function endSurvivor(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const identity = Number.isInteger(pid) && pid > 0 ? identifyProcess(pid) : undefined;
  if (identity && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(dataDir)) {
    await endProcess(identity, "SIGINT", 10_000);
  }
}

async function useNamed(url: string): Promise<Postgres> {
  const works = await canQuery(url).catch((error: unknown) => error);
  if (works !== true) {
    throw new ServiceError(
      "postgres",
      `the server named in DATABASE_URL does not answer (${works instanceof Error ? works.message : "no reason given"})`,
      "Start it or correct DATABASE_URL; unset it to use the embedded server.",
      works,
    );
  }
  return { url, origin: "DATABASE_URL", stop: async () => undefined };
}

/**
 * A Postgres server for the market: the one `DATABASE_URL` names, else an embedded one that listens on 127.0.0.1 only and
 * keeps its data in `<millDir>/<name>`.
 *
 * @throws {ServiceError} when the named server does not answer or the embedded one does not start
 */
export async function startPostgres(options: StartPostgresOptions): Promise<Postgres> {
  const { millDir, name = "postgres", durable, database = "gristmill", env = process.env } = options;
  if (env.DATABASE_URL) return useNamed(env.DATABASE_URL);

  const binaries = postgresBinaries(millDir);
  const dataDir = join(readablePlace(millDir), name);
  const passwordFile = join(millDir, `${name}.password`);
  await reclaimProcess(millDir, name);
  await endSurvivor(dataDir);
  if (!existsSync(join(dataDir, "PG_VERSION")) || !existsSync(passwordFile)) {
    initialise(binaries, dataDir, passwordFile, durable);
  }
  const port = options.port ?? (await choosePort(millDir, name));
  const address = `postgres://postgres:${readFileSync(passwordFile, "utf8").trim()}@127.0.0.1:${port}`;
  const flags = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "timezone=UTC",
    "log_timezone=UTC",
  ];
  if (!durable) flags.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");

  for (let attempt = 1; ; attempt++) {
    const server = await startProcess({
      millDir,
      name,
      command: join(binaries, "bin/postgres"),
      args: ["-D", dataDir, "-p", String(port), ...flags.flatMap((flag) => ["-c", flag])],
      cwd: binaries,
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      ...account(),
      stopSignal: "SIGINT", // "fast shutdown": SIGTERM would wait for every client to leave.
    });
    const ready = await waitUntil(() => !server.isRunning() || canQuery(`${address}/postgres`), { timeoutMs: 60_000 });
    if (ready && server.isRunning()) {
      await createDatabase(`${address}/postgres`, database);
      return {
        url: `${address}/${database}`,
        origin: "embedded",
        exited: server.exited,
        stop: async () => {
          await server.stop();
          releasePort(port);
        },
      };
    }
    const said = server.tail(6);
    // Far enough up: the backends that the killed server left may say their last words after the new server's.
    const refused = /shared memory block|lock file/.test(server.tail(60));
    await server.stop();
    // After a SIGKILL of the server its backends need a moment to notice, and hold the shared memory until then.
    if (attempt < 8 && refused) {
      await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
      continue;
    }
    releasePort(port);
    throw new ServiceError("postgres", `${basename(dataDir)} did not start:\n${said}`, `See ${server.logFile}`);
  }
}
