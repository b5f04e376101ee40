import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "../services/chromium.ts";
import { installDebianPackages, whyNotInstall } from "../services/debian.ts";
import { startDocker } from "../services/docker.ts";
import { startPostgres } from "../services/postgres.ts";
import { startRedis } from "../services/redis.ts";
import type { Say } from "./say.ts";
import { onShutdown } from "./shutdown.ts";

/**
 * Starts what the tests share, apart from a market that may run from the same checkout, and says where it is.
 *
 * @returns the environment for the tests: `TEST_DATABASE_URL`, `TEST_REDIS_URL`, `CHROMIUM`, and `DOCKER_HOST` where an engine is
 * @throws {ServiceError} when one is missing and may not be installed
 */
export async function startTestServices(millDir: string, say: Say): Promise<NodeJS.ProcessEnv> {
  const folder = join(millDir, "test");
  const env: NodeJS.ProcessEnv = { ...process.env };
  await say.step("postgres", async () => {
    const postgres = await startPostgres({ millDir: folder, durable: false });
    onShutdown("postgres", postgres.stop);
    env.TEST_DATABASE_URL = postgres.url;
    return postgres.origin;
  });
  await say.step("redis", async () => {
    const redis = await startRedis({ millDir: folder });
    onShutdown("redis", redis.stop);
    env.TEST_REDIS_URL = redis.url;
    return redis.origin;
  });
  await say.step("docker", async () => {
    const docker = await startDocker({ millDir: folder });
    onShutdown("docker", docker.stop);
    if (docker.rung === "none") return `none: ${docker.reasons.join("; ")}`;
    env.DOCKER_HOST = docker.host;
    return docker.origin;
  });
  await say.step("bubblewrap", async () => {
    if (existsSync("/usr/bin/bwrap")) return "installed";
    const whyNot = whyNotInstall(env);
    if (whyNot) return `none (${whyNot}): that rung of the ladder is not tested`;
    await installDebianPackages(["bubblewrap"], { millDir: folder, why: "the tests of the lowest rung", env });
    return "installed from Debian";
  });
  await say.step("chromium", async () => {
    env.CHROMIUM = await ensureChromium(folder);
    return env.CHROMIUM;
  });
  return env;
}
