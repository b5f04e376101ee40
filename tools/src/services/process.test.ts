import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPidFile, type SupervisedProcess, startProcess } from "./process.ts";
import { identifyProcess } from "./processIdentity.ts";
import { waitUntil } from "./waitUntil.ts";

let millDir: string;
const started: SupervisedProcess[] = [];

beforeEach(() => {
  millDir = mkdtempSync(join(tmpdir(), "mill-process-"));
});
afterEach(async () => {
  for (const child of started.splice(0)) await child.stop();
  rmSync(millDir, { recursive: true, force: true });
});

async function start(script: string, options: { stopTimeoutMs?: number } = {}): Promise<SupervisedProcess> {
  const child = await startProcess({ millDir, name: "job", command: "/bin/sh", args: ["-c", script], ...options });
  started.push(child);
  return child;
}
const gone = (pid: number) => waitUntil(() => identifyProcess(pid) === undefined, { timeoutMs: 10_000 });
const pidFile = () => join(millDir, "run", "job.json");

/** A parent in a process of its own, so that it can be killed. */
async function startParent(): Promise<{ parent: ReturnType<typeof spawn>; childPid: number }> {
  const module = join(import.meta.dirname, "process.ts");
  const options = JSON.stringify({ millDir, name: "job", command: "/bin/sleep", args: ["600"] });
  const script = `const { startProcess } = await import(${JSON.stringify(module)}); await startProcess(${options}); setInterval(() => {}, 1e6);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
  await waitUntil(() => readPidFile(pidFile()) !== undefined, { timeoutMs: 20_000 });
  return { parent, childPid: readPidFile(pidFile())?.process.pid ?? 0 };
}

describe("startProcess", () => {
  it("keeps what a process says in its log, and forgets its pid when it ends", async () => {
    const child = await start("echo out; echo err >&2; exit 3");
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.tail()).toBe("out\nerr");
    expect(existsSync(pidFile())).toBe(false);
  });

  it("ends a process that ignores its stop signal, with its children", async () => {
    const child = await start("trap '' TERM; sleep 600 & echo $!; wait; wait", { stopTimeoutMs: 300 });
    await waitUntil(() => /\d+/.test(child.tail()), { timeoutMs: 10_000 });
    const grandchild = Number(child.tail());
    await child.stop();
    expect(identifyProcess(child.pid)).toBeUndefined();
    expect(await gone(grandchild)).toBe(true);
  });

  it("ends what a killed parent left behind before it starts the same again", async () => {
    const { parent, childPid } = await startParent();
    parent.kill("SIGKILL");
    await once(parent, "exit");
    expect(identifyProcess(childPid)).toBeDefined();

    const child = await start("sleep 600");
    expect(identifyProcess(childPid)).toBeUndefined();
    expect(readPidFile(pidFile())?.process.pid).toBe(child.pid);
  });

  it("refuses to start what a living parent runs already", async () => {
    const { parent, childPid } = await startParent();
    try {
      await expect(start("sleep 600")).rejects.toThrow(/already runs.*\n.*mill down/);
      expect(identifyProcess(childPid)).toBeDefined();
    } finally {
      parent.kill("SIGKILL");
      process.kill(childPid, "SIGKILL");
    }
  });

  it("never ends a stranger that got the number of an old process", async () => {
    const stranger = spawn("/bin/sleep", ["600"], { stdio: "ignore" });
    await once(stranger, "spawn");
    const pid = stranger.pid ?? 0;
    const old = { pid, startTicks: "1", bootId: identifyProcess(pid)?.bootId ?? "" };
    mkdirSync(join(millDir, "run"), { recursive: true });
    writeFileSync(pidFile(), JSON.stringify({ name: "job", process: old, parent: old, stopSignal: "SIGTERM" }));
    try {
      await start("exit 0");
      expect(identifyProcess(pid)).toBeDefined();
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  it("says which program is missing", async () => {
    const missing = startProcess({ millDir, name: "job", command: "/nonexistent/program" });
    await expect(missing).rejects.toThrow(/\/nonexistent\/program did not start/);
    expect(readFileSync(join(millDir, "logs", "job.log"), "utf8")).toBe("");
  });
});
