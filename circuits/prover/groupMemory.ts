import { readFileSync } from "node:fs";

/**
 * Bytes of memory that a process and its direct children hold now, by Linux' /proc; undefined where there is none.
 */
export function groupMemory(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    return residentBytes(pid) + children.reduce((sum, child) => sum + residentBytes(child), 0);
  } catch {
    return undefined;
  }
}

function residentBytes(pid: number): number {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0; // It has just ended.
  }
}
