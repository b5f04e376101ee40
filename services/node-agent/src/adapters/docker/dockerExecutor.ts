import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { BaseError } from "@gristmill/shared/errors/baseError";
import Docker from "dockerode";
import type { Executor, RunHandle } from "../../application/ports.ts";
import { systemPath } from "../runProgram.ts";
import { containerOptions } from "./containerOptions.ts";
import { dockerImage } from "./dockerImage.ts";
import { followLogs } from "./followLogs.ts";

const SYSTEM_HOST = "unix:///var/run/docker.sock";
const PING_MS = 5_000;

/** The first rung: a Docker engine. Its containers outlive the agent and are found again by name. */
export function dockerExecutor(options: {
  /** As `DOCKER_HOST` writes it; the system's socket when absent. */
  host: string | undefined;
  imageStore: string | undefined;
  /** GPU utilisation for samples, percent; undefined without a real GPU. */
  gpuPercent?: () => Promise<number | null>;
}): Executor {
  const host = options.host ?? SYSTEM_HOST;
  const docker = connect(host);

  const handleOf = (container: Docker.Container): RunHandle => {
    let killedFor = "";
    return {
      async state() {
        try {
          const { State } = await container.inspect();
          if (State.Running || State.Paused || State.Restarting) return "running";
          return State.Status === "created" ? "created" : "exited";
        } catch (error) {
          if (statusOf(error) === 404) return "absent";
          throw unavailable(host, error);
        }
      },
      async start() {
        await container.start();
      },
      async wait() {
        // Asked again when the connection breaks: only the engine's word ends the wait.
        await container.wait().catch(() => undefined);
        for (;;) {
          const state = await container.inspect().then(
            ({ State }) => State,
            (error) => (statusOf(error) === 404 ? null : undefined),
          );
          if (state === null) return { exitCode: 137, detail: killedFor || "the container was removed from outside" };
          if (state !== undefined && !state.Running && state.Status !== "created") {
            // A child alone may run out of memory while its parent ends well.
            const detail = killedFor || (state.OOMKilled ? "out of memory" : "");
            return { exitCode: state.ExitCode === 0 && detail !== "" ? 137 : state.ExitCode, detail };
          }
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      },
      async follow(onLine, sinceMs) {
        const since = sinceMs === undefined ? {} : { since: (sinceMs + 1) / 1000 };
        const stream = await container.logs({ follow: true, stdout: true, stderr: true, ...since });
        await followLogs(stream as unknown as Readable, onLine);
      },
      async sample() {
        const stats = await container.stats({ stream: false, "one-shot": true });
        return {
          cpuMs: Math.round(stats.cpu_stats.cpu_usage.total_usage / 1e6),
          memoryBytes: stats.memory_stats.usage ?? 0,
          gpuPercent: (await options.gpuPercent?.()) ?? null,
        };
      },
      async kill(reason) {
        killedFor ||= reason;
        await container.kill().catch((error) => {
          // 409: it has ended already; then it was not this kill that ended it.
          if (statusOf(error) === 409 || statusOf(error) === 404) killedFor = "";
          else throw unavailable(host, error);
        });
        await container.wait().catch(() => undefined);
      },
      async remove() {
        await container.remove({ force: true, v: true }).catch((error) => {
          if (statusOf(error) !== 404) throw error;
        });
      },
    };
  };

  return {
    name: "docker",
    unenforced: [],
    async available() {
      try {
        const answer = Promise.race([
          docker.info(),
          new Promise<never>((_, reject) => setTimeout(() => reject(new Error("no answer")), PING_MS).unref()),
        ]);
        const info = (await answer) as { OSType?: string; SecurityOptions?: string[] | null; ServerVersion?: string };
        if (info.OSType !== "linux") return `the engine at ${host} runs ${info.OSType} containers, not Linux ones`;
        if (!info.SecurityOptions?.some((option) => option.includes("seccomp"))) {
          return `the engine at ${host} has no seccomp filter`;
        }
        return undefined;
      } catch {
        return `no Docker engine answers at ${host}`;
      }
    },
    async gpuRefusal() {
      const { Runtimes } = (await docker.info()) as { Runtimes?: Record<string, unknown> };
      const cdi = ["/etc/cdi", "/var/run/cdi"].some(
        (dir) => existsSync(dir) && readdirSync(dir).some((file) => /nvidia/.test(file)),
      );
      const hook = systemPath.split(":").some((dir) => existsSync(join(dir, "nvidia-container-runtime-hook")));
      if (Runtimes?.nvidia !== undefined || cdi || hook) return undefined;
      return "Docker cannot hand GPUs to containers yet: install the NVIDIA container toolkit and restart Docker";
    },
    image: (reference, onProgress) => dockerImage(docker, options.imageStore, reference, onProgress),
    async create(spec) {
      await docker
        .getContainer(spec.name)
        .remove({ force: true, v: true })
        .catch(() => undefined);
      return handleOf(await docker.createContainer(containerOptions(spec)));
    },
    async find(name) {
      const handle = handleOf(docker.getContainer(name));
      return (await handle.state()) === "absent" ? undefined : handle;
    },
    async sweep(nodeId, keep) {
      const filters = { label: [`gristmill.node=${nodeId}`] };
      for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
        if (Names.some((name) => keep.has(name.replace(/^\//, "")))) continue;
        await docker
          .getContainer(Id)
          .remove({ force: true, v: true })
          .catch(() => undefined);
      }
    },
  };
}

function connect(host: string): Docker {
  const url = new URL(host);
  if (url.protocol === "unix:") return new Docker({ socketPath: url.pathname });
  return new Docker({ host: url.hostname, port: Number(url.port || 2375), protocol: "http" });
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

function unavailable(host: string, cause: unknown): BaseError {
  return new BaseError("internal", `the Docker engine at ${host} does not answer`, { cause });
}
