import type Docker from "dockerode";
import type { ContainerSpec } from "../../domain/hardening.ts";

const MAX_LOG_FILE = "16m";

/** The engine's own words for a container spec. Pure. */
export function containerOptions(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const [entrypoint, ...command] = spec.args;
  return {
    name: spec.name,
    Image: `sha256:${spec.imageId}`,
    ...(entrypoint === undefined ? {} : { Entrypoint: [entrypoint], Cmd: command }),
    // A name without "=" takes the image's own variable away.
    Env: [...Object.entries(spec.env).map(([name, value]) => `${name}=${value}`), ...spec.stripped],
    User: `${spec.uid}:${spec.gid}`,
    WorkingDir: spec.workingDir,
    Labels: { ...spec.labels },
    NetworkDisabled: true,
    AttachStdin: false,
    OpenStdin: false,
    Tty: false,
    // The image's health check would run beside the workload, unasked.
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: "none",
      CapDrop: ["ALL"],
      // The engine's default seccomp profile applies as long as none is named.
      SecurityOpt: ["no-new-privileges"],
      Privileged: false,
      ReadonlyRootfs: spec.readOnlyRoot,
      PidsLimit: spec.pids,
      Memory: spec.memoryBytes,
      // Equal to Memory: no swap.
      MemorySwap: spec.memoryBytes,
      NanoCpus: spec.cpuMilli * 1_000_000,
      IpcMode: "private",
      ShmSize: Math.min(67_108_864, spec.memoryBytes),
      OomScoreAdj: 500,
      Init: true,
      RestartPolicy: { Name: "no" },
      // json-file: the log can be read again after the agent was restarted.
      LogConfig: { Type: "json-file", Config: { "max-size": MAX_LOG_FILE, "max-file": "2" } },
      Ulimits: [
        { Name: "nofile", Soft: spec.openFiles, Hard: spec.openFiles },
        { Name: "core", Soft: 0, Hard: 0 },
        { Name: "fsize", Soft: spec.maxOutputBytes, Hard: spec.maxOutputBytes },
      ],
      Tmpfs: Object.fromEntries(spec.tmpfs.map(({ path, bytes }) => [path, `rw,nosuid,nodev,size=${bytes},mode=1777`])),
      Mounts: spec.binds.map(({ from, to, readOnly }) => ({
        ...{ Type: "bind" as const, Source: from, Target: to, ReadOnly: readOnly },
        BindOptions: { Propagation: "rprivate" as const },
      })),
      ...(spec.gpuIds.length === 0
        ? {}
        : {
            DeviceRequests: [
              { Driver: "nvidia", DeviceIDs: [...spec.gpuIds], Capabilities: [["gpu", "compute", "utility"]] },
            ],
          }),
    },
  };
}
