import { existsSync } from "node:fs";
import { installDebianPackages, whyNotInstall } from "./debian.ts";
import { dockerAnswers } from "./dockerApi.ts";
import { startDockerd } from "./dockerd.ts";
import { dockerPaths } from "./dockerPaths.ts";
import { ServiceError } from "./serviceError.ts";

export type Docker =
  | {
      rung: "docker";
      host: string;
      origin: "DOCKER_HOST" | "system" | "own";
      /** Resolves when its process has ended; absent when it is somebody else's. */
      exited?: Promise<unknown>;
      stop(): Promise<void>;
    }
  | {
      rung: "none" /** Why each way to an engine is closed, one sentence each. */;
      reasons: string[];
      stop(): Promise<void>;
    };

const SYSTEM_SOCKET = "/var/run/docker.sock";
const nothing = async () => undefined;

/**
 * A Docker engine for the jobs: the one `DOCKER_HOST` names, else the machine's own, else one of this checkout (Debian's
 * `docker.io`, installed when it may be). Without any, the node agent goes on down its ladder.
 *
 * @throws {ServiceError} when `DOCKER_HOST` names an engine that does not answer
 */
export async function startDocker(options: {
  millDir: string;
  name?: string;
  env?: NodeJS.ProcessEnv;
}): Promise<Docker> {
  const { millDir, name = "docker", env = process.env } = options;
  if (env.DOCKER_HOST) {
    if (await dockerAnswers(env.DOCKER_HOST)) {
      return { rung: "docker", host: env.DOCKER_HOST, origin: "DOCKER_HOST", stop: nothing };
    }
    throw new ServiceError(
      "docker",
      `the engine named in DOCKER_HOST (${env.DOCKER_HOST}) does not answer`,
      "Start it or correct DOCKER_HOST (unix:// or tcp://); unset it to let ./mill find or start one.",
    );
  }
  const system = `unix://${SYSTEM_SOCKET}`;
  if (await dockerAnswers(system)) return { rung: "docker", host: system, origin: "system", stop: nothing };

  const reasons = [
    existsSync(SYSTEM_SOCKET)
      ? `the machine's Docker at ${SYSTEM_SOCKET} does not answer to this account (sudo usermod -aG docker $USER)`
      : `there is no Docker at ${SYSTEM_SOCKET}`,
  ];
  if (process.getuid?.() !== 0) {
    return { rung: "none", reasons: [...reasons, "only root may start an engine of its own"], stop: nothing };
  }
  const { program } = dockerPaths(millDir, name);
  if (!program) {
    const whyNot = whyNotInstall(env);
    if (whyNot)
      return { rung: "none", reasons: [...reasons, `docker.io is not installed, and ${whyNot}`], stop: nothing };
    try {
      await installDebianPackages(["docker.io"], { millDir, why: "running jobs in containers", env });
    } catch (error) {
      return {
        rung: "none",
        reasons: [...reasons, error instanceof Error ? error.message : String(error)],
        stop: nothing,
      };
    }
  }
  try {
    const engine = await startDockerd({ millDir, name });
    return { rung: "docker", host: engine.host, origin: "own", exited: engine.exited, stop: engine.stop };
  } catch (error) {
    return {
      rung: "none",
      reasons: [...reasons, error instanceof Error ? error.message : String(error)],
      stop: nothing,
    };
  }
}
