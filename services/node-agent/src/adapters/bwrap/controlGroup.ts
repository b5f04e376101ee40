import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerSpec } from "../../domain/hardening.ts";

const ROOT = "/sys/fs/cgroup";
const PERIOD_US = 100_000;

/** Limits of one workload in the kernel's control groups. */
export interface ControlGroup {
  /** Files that take the pid of what they should hold. */
  readonly procsFiles: readonly string[];
  usage(): { cpuMs: number; memoryBytes: number };
  ranOutOfMemory(): boolean;
  remove(): void;
}

/**
 * Makes a control group with the spec's memory, process and CPU limits (version 2, or 1 where the machine has that).
 * @returns undefined where this account may not, then the limits are not enforced
 */
export function createControlGroup(
  spec: Pick<ContainerSpec, "name" | "memoryBytes" | "pids" | "cpuMilli">,
): ControlGroup | undefined {
  const second = existsSync(join(ROOT, "cgroup.controllers"));
  const folders = second
    ? {
        memory: join(ROOT, spec.name),
        pids: join(ROOT, spec.name),
        cpu: join(ROOT, spec.name),
        cpuacct: join(ROOT, spec.name),
      }
    : {
        ...{ memory: join(ROOT, "memory", spec.name), pids: join(ROOT, "pids", spec.name) },
        ...{ cpu: join(ROOT, "cpu", spec.name), cpuacct: join(ROOT, "cpuacct", spec.name) },
      };
  const all = [...new Set(Object.values(folders))];
  const remove = () => {
    for (const folder of all) {
      try {
        rmdirSync(folder);
      } catch {
        // A process in it ends only now, or it was never made; the next start of the same lease uses it again.
      }
    }
  };
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
    remove();
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
