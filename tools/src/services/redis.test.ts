import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { namedRedis, startRedis } from "./redis.ts";
import { acceptsConnections } from "./waitUntil.ts";

let millDir: string;
beforeEach(() => {
  millDir = mkdtempSync(join(tmpdir(), "mill-redis-"));
});
afterEach(() => rmSync(millDir, { recursive: true, force: true }));

it("starts at the same address twice and leaves nothing listening", async () => {
  const first = await startRedis({ millDir, env: {} });
  const port = Number(new URL(first.url).port);
  await first.stop();
  expect(await acceptsConnections(port)).toBe(false);
  const second = await startRedis({ millDir, env: {} });
  expect(second.url).toBe(first.url);
  // The second uses what the environment names, and must not stop it.
  const named = await startRedis({ millDir, env: { REDIS_URL: second.url } });
  await named.stop();
  expect(await acceptsConnections(port)).toBe(true);
  await second.stop();
});

it.each(["redis://127.0.0.1:1", "localhost:6379", "http://127.0.0.1"])(
  "says so when REDIS_URL is %s, where no server is",
  async (url) => {
    await expect(namedRedis({ REDIS_URL: url })).rejects.toThrow(/named in REDIS_URL does not answer/);
    await expect(startRedis({ millDir, env: { REDIS_URL: url } })).rejects.toThrow(/REDIS_URL/);
  },
);
