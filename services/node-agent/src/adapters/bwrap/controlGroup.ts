import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerSpec } from "../../domain/hardening.ts";

const ROOT = "/sys/fs/cgroup";
const PERIOD_US = 100_000;
const REMOVE_TRIES = 60;

/** Limits of one workload in the kernel's control groups. */
export interface ControlGroup {
  /** Files that take the pid of what they should hold. */
  readonly procsFiles: readonly string[];
  usage(): { cpuMs: number; memoryBytes: number };
  ranOutOfMemory(): boolean;
  remove(): Promise<void>;
}

/**
 * Makes a control group with the spec's memory, process and CPU limits (version 2, or 1 where the machine has that).
 * @returns undefined where this account may not, then the limits are not enforced
 */
export function createControlGroup(
  spec: Pick<ContainerSpec, "name" | "memoryBytes" | "pids" | "cpuMilli">,
): ControlGroup | undefined {
  const { second, folders } = foldersOf(spec.name);
  const all = [...new Set(Object.values(folders))];
  const remove = () => removeControlGroup(spec.name);
  const quota = Math.max(1000, spec.cpuMilli * (PERIOD_US / 1000));
  try {
    for (const folder of all) mkdirSync(folder, { recursive: true });
    if (second) {
      writeFileSync(join(folders.memory, "memory.max"), String(spec.memoryBytes));
      optional(join(folders.memory, "memory.swap.max"), "0");
      writeFileSync(join(folders.pids, "pids.max"), String(spec.pids));
      writeFileSync(join(folders.cpu, "cpu.max"), `${quota} ${PERIOD_US}`);
    } else {
      writeFileSync(join(folders.memory, "memory.limit_in_bytes"), String(spec.memoryBytes));
      optional(join(folders.memory, "memory.memsw.limit_in_bytes"), String(spec.memoryBytes));
      writeFileSync(join(folders.pids, "pids.max"), String(spec.pids));
      writeFileSync(join(folders.cpu, "cpu.cfs_period_us"), String(PERIOD_US));
      writeFileSync(join(folders.cpu, "cpu.cfs_quota_us"), String(quota));
    }
  } catch {
    void remove();
    return undefined;
  }
  const number = (file: string, pattern = /(\d+)/) => Number(pattern.exec(read(file))?.[1] ?? 0);
  return {
    procsFiles: all.map((folder) => join(folder, "cgroup.procs")),
    usage: () =>
      second
        ? {
            cpuMs: Math.round(number(join(folders.cpu, "cpu.stat"), /usage_usec (\d+)/) / 1000),
            memoryBytes: number(join(folders.memory, "memory.current")),
          }
        : {
            cpuMs: Math.round(number(join(folders.cpuacct, "cpuacct.usage")) / 1e6),
            memoryBytes: number(join(folders.memory, "memory.usage_in_bytes")),
          },
    ranOutOfMemory: () =>
      second
        ? number(join(folders.memory, "memory.events"), /oom_kill (\d+)/) > 0
        : number(join(folders.memory, "memory.oom_control"), /oom_kill (\d+)/) > 0,
    remove,
  };
}

/** Removes a group, waiting for what is still ending in it; nothing happens when there is none. */
export async function removeControlGroup(name: string): Promise<void> {
  for (const folder of new Set(Object.values(foldersOf(name).folders))) {
    for (let tries = 0; existsSync(folder) && tries < REMOVE_TRIES; tries++) {
      try {
        rmdirSync(folder);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

function foldersOf(name: string) {
  const second = existsSync(join(ROOT, "cgroup.controllers"));
  const at = (controller: string) => (second ? join(ROOT, name) : join(ROOT, controller, name));
  return { second, folders: { memory: at("memory"), pids: at("pids"), cpu: at("cpu"), cpuacct: at("cpuacct") } };
}

function optional(file: string, value: string): void {
  if (existsSync(file)) writeFileSync(file, value);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
