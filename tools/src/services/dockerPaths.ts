import { existsSync } from "node:fs";
import { join } from "node:path";
import { marketIdOf } from "../checkout.ts";

const PROGRAMS = ["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd", "/usr/local/sbin/dockerd"];

/** Where an engine of this checkout lives. */
export type DockerPaths = {
  /** Images and containers. */
  dataDir: string;
  /**
   * Sockets and mounts. In `/run`, not in the checkout: a socket's path may have 107 characters and a checkout's may have more;
   * and a reboot, which ends the engine, clears it.
   */
  runDir: string;
  host: string;
  /** Parent of the containers' control groups, so that they can be found and removed. */
  cgroupParent: string;
  /** `dockerd`, when installed. */
  program: string | undefined;
};

/** @param millDir - the `.mill` folder */
export function dockerPaths(millDir: string, name = "docker"): DockerPaths {
  const dataDir = join(millDir, name);
  const id = marketIdOf(dataDir);
  const runDir = join("/run", `gristmill-${id}`);
  return {
    dataDir,
    runDir,
    host: `unix://${join(runDir, "docker.sock")}`,
    cgroupParent: `/gristmill-${id}`,
    program: PROGRAMS.find((path) => existsSync(path)),
  };
}
