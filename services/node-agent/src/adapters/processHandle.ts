import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { Exit, LogStream, RunHandle } from "../application/ports.ts";
import type { UsageSample } from "../domain/sampleCommitment.ts";
import { lineSplitter } from "./lineSplitter.ts";

/** A container that is a child process of the agent (runc, bwrap): it ends with it. */
export interface ProcessRun {
  spawn(): ChildProcess;
  sample(): Promise<UsageSample>;
  /** Kills everything inside; the child then ends by itself. */
  kill(child: ChildProcess): Promise<void>;
  /** Whether the kernel killed something in it for want of memory; asked when it has ended. */
  ranOutOfMemory(): boolean;
  remove(): Promise<void>;
}

/** The handle over such a run. Output is read through pipes, so a slow reader slows the workload, not the memory. */
export function processHandle(run: ProcessRun): RunHandle {
  let child: ChildProcess | undefined;
  let exit: Exit | undefined;
  let killedFor = "";
  let resolveExit: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => {
    resolveExit = resolve;
  });
  let lost = false;

  return {
    state: async () => (lost ? "absent" : exit !== undefined ? "exited" : child === undefined ? "created" : "running"),
    async start() {
      const started = run.spawn();
      child = started;
      await new Promise<void>((resolve, reject) => {
        started.once("spawn", resolve);
        started.once("error", reject);
      });
      // "exit", not "close": output that nobody reads must not hide that it ended.
      started.once("exit", (code, signal) => {
        const killed = signal !== null || code === 137;
        const detail = killedFor || (killed && run.ranOutOfMemory() ? "out of memory" : "");
        exit = { exitCode: code === null || (code === 0 && detail !== "") ? 137 : code, detail };
        resolveExit(exit);
      });
    },
    wait: () => exited,
    async follow(onLine) {
      const { stdout, stderr } = child ?? {};
      await Promise.all([read(stdout, "stdout", onLine), read(stderr, "stderr", onLine)]);
    },
    sample: () => run.sample(),
    async kill(reason) {
      if (child === undefined || exit !== undefined) return;
      killedFor ||= reason;
      await run.kill(child);
      await exited;
    },
    async remove() {
      if (child !== undefined && exit === undefined) await this.kill("removed");
      await run.remove();
      lost = true;
    },
  };
}

async function read(
  stream: Readable | null | undefined,
  name: LogStream,
  onLine: (stream: LogStream, text: string) => Promise<void>,
): Promise<void> {
  if (!stream) return;
  const splitter = lineSplitter();
  for await (const chunk of stream) for (const line of splitter.push(chunk as Buffer)) await onLine(name, line);
  for (const line of splitter.end()) await onLine(name, line);
}
