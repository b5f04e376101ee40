import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dockerAnswers } from "./dockerApi.ts";
import { dockerPaths } from "./dockerPaths.ts";
import { sweepDockerd } from "./dockerSweep.ts";
import { reclaimProcess, startProcess } from "./process.ts";
import { ServiceError } from "./serviceError.ts";
import { waitUntil } from "./waitUntil.ts";

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Starts an engine that belongs to this checkout alone. It has no bridge and writes no firewall rule, since jobs run without a
 * network: nothing of it stays on the machine when it has stopped, and several run side by side.
 *
 * @throws {ServiceError} when it does not start
 */
export async function startDockerd({
  millDir,
  name,
}: {
  millDir: string;
  name: string;
}): Promise<{ host: string; exited: Promise<unknown>; stop(): Promise<void> }> {
  const paths = dockerPaths(millDir, name);
  if (!paths.program) throw new ServiceError("docker", "dockerd is not installed", "sudo apt-get install docker.io");
  await reclaimProcess(millDir, name);
  // After a crash: containers that still run, mounts, and pid files that would stop the next start.
  await sweepDockerd(paths);
  mkdirSync(paths.dataDir, { recursive: true });
  mkdirSync(paths.runDir, { recursive: true, mode: 0o700 });
  // An empty configuration: the machine's own /etc/docker/daemon.json is about another engine.
  const config = join(paths.runDir, "daemon.json");
  writeFileSync(config, "{}\n");

  const server = await startProcess({
    millDir,
    name,
    command: paths.program,
    args: [
      ...["--host", paths.host, "--data-root", paths.dataDir, "--exec-root", join(paths.runDir, "exec")],
      ...["--pidfile", join(paths.runDir, "dockerd.pid"), "--cgroup-parent", paths.cgroupParent],
      ...["--exec-opt", "native.cgroupdriver=cgroupfs", "--bridge", "none", "--iptables=false", "--ip-masq=false"],
      ...["--ip-forward=false", "--userland-proxy=false", "--log-level", "warn", "--config-file", config],
    ],
    env: { PATH: SYSTEM_PATH, HOME: paths.runDir, TMPDIR: paths.dataDir },
    stopTimeoutMs: 30_000,
  });
  const ready = await waitUntil(async () => !server.isRunning() || (await dockerAnswers(paths.host)), {
    timeoutMs: 60_000,
  });
  const stop = async () => {
    await server.stop();
    await sweepDockerd(paths);
  };
  if (!ready || !server.isRunning()) {
    const said = server.tail(6);
    await stop();
    throw new ServiceError("docker", `dockerd did not start:\n${said}`, `See ${server.logFile}`);
  }
  return { host: paths.host, exited: server.exited, stop };
}

/** Removes everything an engine of this checkout kept: its images too. The engine must be stopped. */
export async function forgetDockerd(millDir: string, name = "docker"): Promise<void> {
  const paths = dockerPaths(millDir, name);
  await sweepDockerd(paths);
  rmSync(paths.dataDir, { recursive: true, force: true });
}
