import { readdirSync, readFileSync } from "node:fs";

/** Kernel ticks are hundredths of a second on every Linux this runs on. */
const TICK_MS = 10;

/** Milliseconds of processor that this process and the Postgres server listening on this port have used, its backends included. */
export function processorMs(postgresPort: string): number {
  const { user, system } = process.cpuUsage();
  const postmaster = pids().find((pid) => {
    const words = argumentsOf(pid);
    return words[0]?.endsWith("bin/postgres") && words.includes(postgresPort);
  });
  let ticks = 0;
  for (const pid of pids()) {
    const { parent, used } = statOf(pid);
    if (pid === postmaster || parent === postmaster) ticks += used;
  }
  return (user + system) / 1000 + ticks * TICK_MS;
}

const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // It has ended.
  }
}

function statOf(pid: string): { parent: string; used: number } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc(5): after the name in brackets come state, ppid and, as 14th and 15th field of all, user and system ticks.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: fields[1] ?? "", used: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return { parent: "", used: 0 };
  }
}
