import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { checkoutRoot } from "../checkout.ts";
import { shutdownSignal } from "./shutdown.ts";

export type RunLoggedOptions = {
  /** Everything the command says goes here. */
  logFile: string;
  /** `a` goes on with the file, `w` begins it anew. Default `w`. */
  mode?: "a" | "w";
  env?: NodeJS.ProcessEnv;
  /** It is killed after that, with everything it started, and counts as failed. Default 30 minutes. */
  timeoutMs?: number;
};

/**
 * Runs a command of the checkout to its end, from the checkout's root.
 *
 * @returns its exit status; 124 when it took too long
 */
export async function runLogged(command: string, args: readonly string[], options: RunLoggedOptions): Promise<number> {
  const { logFile, mode = "w", env = process.env, timeoutMs = 30 * 60_000 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, mode);
  try {
    const child = spawn(command, args, { cwd: checkoutRoot, stdio: ["ignore", log, log], env, detached: true });
    let timedOut = false;
    const kill = (signal: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal);
      } catch {
        // It has ended.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill("SIGKILL");
    }, timeoutMs);
    const onShutdown = () => kill("SIGTERM");
    const onExit = () => kill("SIGKILL");
    shutdownSignal.addEventListener("abort", onShutdown);
    process.once("exit", onExit);
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (status) => resolve(status ?? 1));
      });
      kill("SIGKILL"); // What it left in its group.
      return timedOut ? 124 : code;
    } finally {
      clearTimeout(timer);
      shutdownSignal.removeEventListener("abort", onShutdown);
      process.removeListener("exit", onExit);
    }
  } finally {
    closeSync(log);
  }
}
