import type { ContainerSpec } from "../../domain/hardening.ts";

/** Where the folders of a workload are for bwrap itself. */
export interface BwrapPaths {
  rootfs: string;
  /** Of /in and /out. */
  binds: Readonly<Record<"/in" | "/out", string>>;
}

/** The arguments of bwrap for a container spec. Pure. */
export function bwrapArguments(spec: ContainerSpec, paths: BwrapPaths): string[] {
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/", ...spec.env };
  return [
    // All namespaces: no network but a loopback of its own.
    ...["--unshare-all", "--unshare-user", "--uid", String(spec.uid), "--gid", String(spec.gid)],
    ...["--die-with-parent", "--new-session", "--hostname", "workload", "--cap-drop", "ALL"],
    ...["--ro-bind", paths.rootfs, "/", "--proc", "/proc", "--dev", "/dev"],
    ...spec.tmpfs.flatMap(({ path, bytes }) => ["--size", String(bytes), "--perms", "1777", "--tmpfs", path]),
    ...spec.binds.flatMap(({ to, readOnly }) => [readOnly ? "--ro-bind" : "--bind", paths.binds[to], to]),
    // /dev is a tmpfs of bwrap's own without a size; its contents cannot be written past this.
    ...[
      "--remount-ro",
      "/dev",
      "--size",
      String(Math.min(67_108_864, spec.memoryBytes)),
      "--perms",
      "1777",
      "--tmpfs",
      "/dev/shm",
    ],
    "--clearenv",
    ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--chdir", spec.workingDir, "--"],
    ...spec.args,
  ];
}
