import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DockerPaths } from "./dockerPaths.ts";
import { endProcess } from "./process.ts";
import { identifyProcess } from "./processIdentity.ts";

type Running = { pid: number; parent: number; command: string };

function processes(): Running[] {
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ") }];
    } catch {
      return []; // It ended meanwhile.
    }
  });
}

/** Processes that name the engine's own run folder (engine, containerd, shims), and the containers below them. */
function belonging(runDir: string): Running[] {
  const all = processes();
  const found = new Map(all.filter(({ command }) => command.includes(`${runDir}/`)).map((it) => [it.pid, it]));
  for (let grew = true; grew; ) {
    grew = false;
    for (const it of all) {
      if (found.has(it.pid) || !found.has(it.parent)) continue;
      found.set(it.pid, it);
      grew = true;
    }
  }
  found.delete(process.pid);
  return [...found.values()];
}

function mountsUnder(folders: readonly string[]): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) =>
      (line.split(" ")[4] ?? "").replace(/\\(\d{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
    .filter((place) => folders.some((folder) => place === folder || place.startsWith(`${folder}/`)))
    .sort((a, b) => b.length - a.length); // Inner ones first.
}

/** Control groups are folders that only `rmdir` removes, children first. */
function removeGroup(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeGroup(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch {
    // Not there, or a process in it ends only now: the next sweep removes it.
  }
}

function groupFolders(name: string): string[] {
  const root = "/sys/fs/cgroup";
  try {
    return [root, ...readdirSync(root).map((controller) => join(root, controller))].map((folder) => join(folder, name));
  } catch {
    return [];
  }
}

/**
 * Removes what a stopped or crashed engine of this checkout left: processes, mounts, control groups, sockets and pid files.
 * Images and volumes stay.
 */
export async function sweepDockerd(paths: DockerPaths): Promise<void> {
  // The engine first, so that it does not restart what follows.
  const left = belonging(paths.runDir).sort(
    (a, b) => Number(b.command.includes("dockerd ")) - Number(a.command.includes("dockerd ")),
  );
  for (const { pid } of left) {
    const identity = identifyProcess(pid);
    if (identity) await endProcess(identity, "SIGKILL", 2_000);
  }
  for (const place of mountsUnder([paths.runDir, paths.dataDir])) spawnSync("umount", ["--lazy", place]);
  for (const folder of groupFolders(paths.cgroupParent)) removeGroup(folder);
  rmSync(paths.runDir, { recursive: true, force: true });
}
