import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface SchedulerProcess {
  url: string;
  pid: number;
  /** What it wrote so far, log included. */
  output(): string;
  /** SIGKILL: it can put nothing away. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

/** The scheduler as a process of its own, so that it can be killed. */
export async function startSchedulerProcess(environment: Record<string, string>): Promise<SchedulerProcess> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (child.stdout === null) throw new Error("the process has no output");
  let output = "";
  child.stdout.on("data", (data) => {
    output += String(data);
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    new Promise<string>((resolve) => {
      lines.on("line", (line) => {
        if (line.includes('"listening"')) resolve(line);
        else if (environment.LOG_LEVEL !== "debug") process.stdout.write(`${line}\n`);
      });
    }),
    ended.then((code) => {
      throw new Error(`the scheduler ended with ${code} before it listened`);
    }),
  ]);
  const { listening } = JSON.parse(first) as { listening: string };
  return {
    url: listening,
    pid: child.pid ?? 0,
    output: () => output,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
