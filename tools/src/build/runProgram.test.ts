import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { identifyProcess } from "../services/processIdentity.ts";
import { waitUntil } from "../services/waitUntil.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mill-program-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command that runs one program, in a process of its own. */
function run(script: string) {
  const [program, signals] = ["runProgram.ts", "../cli/shutdown.ts"].map((file) => join(import.meta.dirname, file));
  const code = `const { runProgram } = await import(${JSON.stringify(program)});
const { shutdownOnSignals, onShutdown } = await import(${JSON.stringify(signals)});
shutdownOnSignals(() => {});
onShutdown("market", async () => {});
await runProgram("build", "/bin/sh", ["-c", ${JSON.stringify(script)}]).catch((error) => process.stdout.write(error.message));`;
  return spawn(process.execPath, ["--input-type=module", "-e", code], { env: { ...process.env, MILL_STATE: folder } });
}

it("leaves no build behind when the command is told to stop in the middle of it", async () => {
  const command = run("sleep 600 & echo $!; wait");
  const log = () => readFileSync(join(folder, "logs", "build.log"), "utf8").trim();
  expect(await waitUntil(() => /^\d+$/.test(log()), { timeoutMs: 20_000 })).toBe(true);
  const pid = Number(log());
  command.kill("SIGTERM");
  expect(await once(command, "exit")).toEqual([143, null]);
  expect(await waitUntil(() => identifyProcess(pid) === undefined, { timeoutMs: 10_000 })).toBe(true);
});

it("shows the end of what a failed program said", async () => {
  const command = run("echo the disk is full >&2; exit 7");
  let said = "";
  command.stdout?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(command, "exit");
  expect(said).toContain("ended with code 7:\nthe disk is full");
});
