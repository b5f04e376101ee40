import type { ContainerSpec } from "../../domain/hardening.ts";
import { seccompProfile } from "./seccompProfile.ts";

const CPU_PERIOD_US = 100_000;

/** The OCI runtime configuration for a container spec: the same limits as the engine's. Pure. */
export function ociConfig(spec: ContainerSpec, rootfs: string, arch: string): object {
  const tmpfs = (destination: string, bytes: number, more: readonly string[] = []) => ({
    ...{ destination, type: "tmpfs", source: "tmpfs" },
    options: ["nosuid", "nodev", `size=${bytes}`, "mode=1777", ...more],
  });
  const rlimit = (type: string, value: number) => ({ type, hard: value, soft: value });
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: spec.uid, gid: spec.gid },
      args: spec.args,
      env: environment(spec),
      cwd: spec.workingDir,
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
      oomScoreAdj: 500,
      rlimits: [
        rlimit("RLIMIT_NOFILE", spec.openFiles),
        rlimit("RLIMIT_CORE", 0),
        rlimit("RLIMIT_FSIZE", spec.maxOutputBytes),
      ],
    },
    root: { path: rootfs, readonly: true },
    hostname: "workload",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
      {
        destination: "/dev",
        type: "tmpfs",
        source: "tmpfs",
        options: ["nosuid", "strictatime", "mode=755", "size=65536"],
      },
      tmpfs("/dev/shm", Math.min(67_108_864, spec.memoryBytes), ["noexec"]),
      ...spec.tmpfs.map(({ path, bytes }) => tmpfs(path, bytes)),
      ...spec.binds.map(({ from, to, readOnly }) => ({
        ...{ destination: to, type: "bind", source: from },
        options: ["bind", "nosuid", "nodev", "rprivate", readOnly ? "ro" : "rw"],
      })),
    ],
    linux: {
      namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
      cgroupsPath: `/${spec.name}`,
      resources: {
        devices: [{ allow: false, access: "rwm" }],
        memory: { limit: spec.memoryBytes, swap: spec.memoryBytes },
        cpu: { quota: spec.cpuMilli * (CPU_PERIOD_US / 1000), period: CPU_PERIOD_US },
        pids: { limit: spec.pids },
      },
      seccomp: seccompProfile(arch),
      rootfsPropagation: "private",
      maskedPaths: [
        ...["/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"],
        ...["/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
      ],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    },
  };
}

/** PATH as engines set it when an image names none. */
export function environment(spec: ContainerSpec): string[] {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return Object.entries({ PATH: path, HOME: "/", ...spec.env }).map(([name, value]) => `${name}=${value}`);
}
