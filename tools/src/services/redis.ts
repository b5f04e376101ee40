import { existsSync, mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { installDebianPackages } from "./debian.ts";
import { choosePort, releasePort } from "./ports.ts";
import { startProcess } from "./process.ts";
import { ServiceError } from "./serviceError.ts";
import { waitUntil } from "./waitUntil.ts";

export type Redis = { url: string; origin: "REDIS_URL" | "redis-server"; stop(): Promise<void> };

/** Where Debian puts it; sbin-less PATHs are common for ordinary accounts. */
const PROGRAM = "/usr/bin/redis-server";

/** Whether a Redis server answers there. `NOAUTH` counts: it is one, the password is the client's affair. */
function answersAsRedis(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3_000 }, () => socket.write("PING\r\n"));
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (data) => done(/^(\+PONG|-NOAUTH)/.test(data.toString("latin1"))));
    socket.once("error", () => done(false));
    socket.once("timeout", () => done(false));
    socket.once("close", () => done(false));
  });
}

/**
 * The Redis server that `REDIS_URL` names.
 *
 * @returns its address, or `undefined` when the environment names none
 * @throws {ServiceError} when it does not answer
 */
export async function namedRedis(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const { REDIS_URL: named } = env;
  if (!named) return undefined;
  const { hostname, port, protocol } = URL.parse(named) ?? {};
  // A TLS server cannot be asked in plain text; the client will say what is wrong with it.
  if (protocol === "rediss:") return named;
  if (protocol === "redis:" && hostname && (await answersAsRedis(hostname, Number(port || 6379)))) return named;
  throw new ServiceError(
    "redis",
    "the server named in REDIS_URL does not answer",
    "Start it or correct REDIS_URL (redis://host:port); unset it to do without.",
  );
}

/**
 * A Redis server: the one `REDIS_URL` names, else Debian's `redis-server` (installed when it may be), in memory only, on
 * 127.0.0.1. The market itself does without Redis; its tests do not.
 *
 * @throws {ServiceError} when there is none
 */
export async function startRedis(options: {
  millDir: string;
  name?: string;
  port?: number;
  env?: NodeJS.ProcessEnv;
}): Promise<Redis> {
  const { millDir, name = "redis", env = process.env } = options;
  const named = await namedRedis(env);
  if (named !== undefined) return { url: named, origin: "REDIS_URL", stop: async () => undefined };
  if (!existsSync(PROGRAM)) await installDebianPackages(["redis-server"], { millDir, why: "the queue's tests", env });

  const port = options.port ?? (await choosePort(millDir, name));
  const folder = join(millDir, name);
  mkdirSync(folder, { recursive: true });
  const server = await startProcess({
    millDir,
    name,
    command: PROGRAM,
    args: ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--dir", folder],
  });
  const ready = await waitUntil(async () => !server.isRunning() || (await answersAsRedis("127.0.0.1", port)), {
    timeoutMs: 20_000,
  });
  if (!ready || !server.isRunning()) {
    await server.stop();
    releasePort(port);
    throw new ServiceError("redis", `did not start:\n${server.tail(6)}`, `See ${server.logFile}`);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    origin: "redis-server",
    stop: async () => {
      await server.stop();
      releasePort(port);
    },
  };
}
