import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { identifyProcess, isAlive, type ProcessIdentity, processIdentitySchema } from "./processIdentity.ts";
import { ServiceError } from "./serviceError.ts";
import { waitUntil } from "./waitUntil.ts";

const stopSignals = ["SIGINT", "SIGTERM", "SIGQUIT"] as const;

/** What a pid file in `<millDir>/run/` says. */
export const pidFileSchema = z.object({
  name: z.string(),
  process: processIdentitySchema,
  /** Who started it: while that one lives, nobody else may clean up. */
  parent: processIdentitySchema,
  stopSignal: z.enum(stopSignals),
});
export type PidFile = z.infer<typeof pidFileSchema>;

export type StartProcessOptions = {
  /** The `.mill` folder: the log goes to `logs/<name>.log`, the pid file to `run/<name>.json`. */
  millDir: string;
  /** Unique among what runs in this folder; file-name safe. */
  name: string;
  command: string;
  args?: readonly string[];
  cwd?: string;
  /** The whole environment; default: this process's own. */
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** What asks this program to end in good order. Default SIGTERM. */
  stopSignal?: (typeof stopSignals)[number];
  /** How long it may take over that before it is killed. Default 10 s. */
  stopTimeoutMs?: number;
};

export type SupervisedProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process has ended, whatever the reason; never rejects. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Whether it still runs. */
  isRunning(): boolean;
  /** The last lines of its log. */
  tail(lines?: number): string;
  /** Ends it with its group; does nothing the second time. */
  stop(): Promise<void>;
};

// Only ever the group: once its leader is reaped, the bare pid may belong to somebody else.
function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone.
  }
}

/** Ends a process: asks, waits, then kills. The group goes with it. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (isAlive(identity)) {
    try {
      process.kill(identity.pid, signal);
    } catch {
      // It ended between the two lines.
    }
    if (!(await waitUntil(() => !isAlive(identity), { timeoutMs, intervalMs: 20 }))) {
      signalGroup(identity.pid, "SIGKILL");
      await waitUntil(() => !isAlive(identity), { timeoutMs: 5_000, intervalMs: 20 });
    }
  }
}

/** The pid file's content, or `undefined` when there is none that can be read. */
export function readPidFile(file: string): PidFile | undefined {
  try {
    return pidFileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

const running = new Map<number, NodeJS.Signals>();
let exitHookInstalled = false;
function installExitHook(): void {
  if (exitHookInstalled) return;
  exitHookInstalled = true;
  // The last resort, for a parent that ends without having stopped its children.
  process.on("exit", () => {
    for (const [pid, signal] of running) signalGroup(pid, signal);
  });
}

/**
 * Ends what a killed parent left running under this name, and removes its pid file.
 *
 * @throws {ServiceError} when it runs under a parent that lives
 */
export async function reclaimProcess(millDir: string, name: string): Promise<void> {
  const file = join(millDir, "run", `${name}.json`);
  const left = readPidFile(file);
  if (!left) return;
  if (isAlive(left.process)) {
    if (isAlive(left.parent)) {
      throw new ServiceError(
        name,
        `already runs (pid ${left.process.pid}), started by pid ${left.parent.pid}`,
        "Use that one, or stop it first: ./mill down",
      );
    }
    await endProcess(left.process, left.stopSignal, 10_000);
  }
  rmSync(file, { force: true });
}

/**
 * Starts a child that does not outlive this process: own process group, log file, pid file. One left behind by a parent
 * that was killed is ended first.
 *
 * @throws {ServiceError} when it already runs under a living parent, or cannot be started
 */
export async function startProcess(options: StartProcessOptions): Promise<SupervisedProcess> {
  const { millDir, name, command, args = [], stopSignal = "SIGTERM", stopTimeoutMs = 10_000 } = options;
  const pidFile = join(millDir, "run", `${name}.json`);
  const logFile = join(millDir, "logs", `${name}.log`);
  mkdirSync(join(millDir, "run"), { recursive: true });
  mkdirSync(join(millDir, "logs"), { recursive: true });
  await reclaimProcess(millDir, name);

  const log = openSync(logFile, "w");
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      detached: true,
      stdio: ["ignore", log, log],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const failure = await new Promise<Error | undefined>((resolve) => {
    child.once("spawn", () => resolve(undefined));
    child.once("error", resolve);
  });
  const { pid } = child;
  if (failure || pid === undefined) {
    throw new ServiceError(
      name,
      `${command} did not start (${failure?.message ?? "no pid"})`,
      `See ${logFile}`,
      failure,
    );
  }
  const identity = identifyProcess(pid);
  const parent = identifyProcess(process.pid);
  if (identity && parent) {
    const content: PidFile = { name, process: identity, parent, stopSignal };
    writeFileSync(`${pidFile}.new`, `${JSON.stringify(content)}\n`);
    renameSync(`${pidFile}.new`, pidFile);
  }
  running.set(pid, stopSignal);
  installExitHook();
  let hasExited = false;
  const settled = exited.then((outcome) => {
    hasExited = true;
    running.delete(pid);
    if (readPidFile(pidFile)?.process.pid === pid) rmSync(pidFile, { force: true });
    return outcome;
  });

  let stopping: Promise<void> | undefined;
  return {
    name,
    pid,
    logFile,
    exited: settled,
    isRunning: () => !hasExited,
    tail: (lines = 20) => readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-lines).join("\n"),
    stop: () => {
      stopping ??= (async () => {
        if (!hasExited && identity) await endProcess(identity, stopSignal, stopTimeoutMs);
        await settled;
        signalGroup(pid, "SIGKILL"); // Grandchildren that stayed in the group.
      })();
      return stopping;
    },
  };
}
