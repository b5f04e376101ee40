import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startProcess } from "./process.ts";
import { whileRunning } from "./whileRunning.ts";

let millDir: string;
beforeEach(() => {
  millDir = mkdtempSync(join(tmpdir(), "mill-while-"));
});
afterEach(() => rmSync(millDir, { recursive: true, force: true }));

it("says at once what a process said last, instead of waiting for one that has ended", async () => {
  const args = ["-c", "echo 'nothing here can contain a workload' >&2; exit 1"];
  const agent = await startProcess({ millDir, name: "node-north", command: "/bin/sh", args });
  const never = new Promise<never>(() => undefined);
  await expect(whileRunning(agent, never)).rejects.toThrow(/node-north: .*\nnothing here can contain a workload/);
});

it("gives the work's result while the process runs", async () => {
  const agent = await startProcess({ millDir, name: "node-north", command: "/bin/sleep", args: ["600"] });
  expect(await whileRunning(agent, Promise.resolve("listed"))).toBe("listed");
  await agent.stop();
});
