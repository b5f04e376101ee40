import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { marketIdOf } from "../checkout.ts";
import { saveOrphan } from "../services/chain.ts";
import { dockerAnswers, dockerCall } from "../services/dockerApi.ts";
import { dockerPaths } from "../services/dockerPaths.ts";
import { sweepDockerd } from "../services/dockerSweep.ts";
import { endProcess, readPidFile } from "../services/process.ts";
import { isAlive } from "../services/processIdentity.ts";

const containersSchema = z.array(z.object({ Id: z.string(), Names: z.array(z.string()) }));

/** Folders of a `.mill` folder that hold pid files: its own, and the one of its tests. */
function runFolders(millDir: string): string[] {
  return [millDir, join(millDir, "test")].map((folder) => join(folder, "run"));
}

function pidFiles(millDir: string): string[] {
  return runFolders(millDir).flatMap((folder) => {
    try {
      return readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
}

async function stopProcesses(millDir: string): Promise<string[]> {
  const stopped: string[] = [];
  // Whoever started the services first: it stops them in the right order, and would miss them otherwise.
  const parents = new Map(
    pidFiles(millDir).flatMap((file) => {
      const parent = readPidFile(file)?.parent;
      return parent && parent.pid !== process.pid && isAlive(parent) ? [[parent.pid, parent] as const] : [];
    }),
  );
  for (const parent of parents.values()) {
    await endProcess(parent, "SIGTERM", 60_000);
    stopped.push(`mill (pid ${parent.pid})`);
  }
  await saveOrphan(millDir);
  for (const file of pidFiles(millDir)) {
    const left = readPidFile(file);
    if (left && left.process.pid !== process.pid && isAlive(left.process)) {
      await endProcess(left.process, left.stopSignal, 15_000);
      stopped.push(`${left.name} (pid ${left.process.pid})`);
    }
    rmSync(file, { force: true });
  }
  return stopped;
}

/** Containers of this checkout on an engine that it does not own. */
async function removeContainers(millDir: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const removed: string[] = [];
  const hosts = new Set([env.DOCKER_HOST ?? "unix:///var/run/docker.sock", "unix:///var/run/docker.sock"]);
  const ids = [millDir, join(millDir, "test")].map(marketIdOf);
  for (const host of hosts) {
    if (!(await dockerAnswers(host))) continue;
    for (const id of ids) {
      const filters = encodeURIComponent(JSON.stringify({ label: [`gristmill.market=${id}`] }));
      const { body } = await dockerCall(host, "GET", `/containers/json?all=1&filters=${filters}`);
      for (const container of containersSchema.parse(JSON.parse(body))) {
        await dockerCall(host, "DELETE", `/containers/${container.Id}?force=1&v=1`);
        removed.push(`container ${container.Names[0]?.slice(1) ?? container.Id.slice(0, 12)}`);
      }
    }
  }
  return removed;
}

/**
 * Stops everything that runs for a `.mill` folder, however it came to be left: processes, containers, the engine's mounts, groups
 * and sockets. Data stays. Safe to repeat.
 *
 * @returns what was stopped, for people
 */
export async function down(millDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const stopped = await stopProcesses(millDir);
  for (const folder of [millDir, join(millDir, "test")]) await sweepDockerd(dockerPaths(folder));
  const removed = await removeContainers(millDir, env);
  // It names a market that no longer answers.
  rmSync(join(millDir, "market.json"), { force: true });
  return [...stopped, ...removed];
}
