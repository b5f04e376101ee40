import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Executor } from "../../application/ports.ts";
import { archiveImages } from "../images/archiveImages.ts";
import { processHandle } from "../processHandle.ts";
import { runProgram, systemPath } from "../runProgram.ts";
import { bwrapArguments } from "./bwrapArguments.ts";
import { createControlGroup, removeControlGroup } from "./controlGroup.ts";

/**
 * Joins the control group and, when root, makes the folders reachable for the unprivileged account in a mount namespace
 * of its own (they lie under a folder that only root may enter). Arguments: group files, "--", then what to run.
 */
const JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"';
const AS_ROOT = `mount -t tmpfs -o mode=755,size=64k tmpfs /mnt && mkdir /mnt/root /mnt/in /mnt/out &&
mount --bind "$1" /mnt/root && mount --bind "$2" /mnt/in && mount --bind "$3" /mnt/out || exit 125
shift 3
exec "$@"`;

const unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"];

/** The last rung: bubblewrap. No system call filter; CPU, memory and process limits where control groups may be made. */
export function bwrapExecutor(options: { dataDir: string; imageStore: string | undefined }): Executor {
  const images = archiveImages(join(options.dataDir, "images"), options.imageStore);
  const isRoot = process.getuid?.() === 0;
  const unenforced = ["the filter of system calls that Docker applies"];

  return {
    name: "bwrap",
    unenforced,
    async available() {
      if (options.imageStore === undefined)
        return "bwrap pulls no images: IMAGE_STORE must name a folder of image archives";
      const trial = ["bwrap", "--unshare-all", "--unshare-user", "--uid", "65534", "--ro-bind", "/", "/", "true"];
      const [program = "", ...args] = isRoot ? [...unprivileged, ...trial] : trial;
      try {
        await runProgram(program, args);
      } catch (error) {
        return `bwrap does not work here (apt-get install bubblewrap; it needs user namespaces): ${error instanceof Error ? error.message : ""}`;
      }
      const group = createControlGroup({
        name: `gristmill-trial-${process.pid}`,
        memoryBytes: 67_108_864,
        pids: 16,
        cpuMilli: 100,
      });
      await group?.remove();
      if (group === undefined && unenforced.length === 1) unenforced.push("memory, number of processes, CPU share");
      return undefined;
    },
    gpuRefusal: async () => "bwrap hands out no GPUs; that needs Docker with the NVIDIA container toolkit",
    image: images.image,
    async create(spec) {
      if (spec.gpuIds.length > 0) throw new Error("GPU workloads need Docker with the NVIDIA container toolkit");
      const group = createControlGroup(spec);
      const from = { "/in": "", "/out": "" };
      for (const bind of spec.binds) from[bind.to] = bind.from;
      const rootfs = images.rootfs(spec.imageId);
      const paths = isRoot
        ? { rootfs: "/mnt/root", binds: { "/in": "/mnt/in", "/out": "/mnt/out" } }
        : { rootfs, binds: from };
      const limits = [`--nofile=${spec.openFiles}`, "--core=0", `--fsize=${spec.maxOutputBytes}`];
      const inner = ["prlimit", ...limits, ...(isRoot ? unprivileged : []), "bwrap", ...bwrapArguments(spec, paths)];
      const mounted = isRoot
        ? [
            "unshare",
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            AS_ROOT,
            "sh",
            rootfs,
            from["/in"],
            from["/out"],
            ...inner,
          ]
        : inner;
      const args = ["-c", JOIN, "sh", ...(group?.procsFiles ?? []), "--", ...mounted];
      return processHandle({
        spawn: () =>
          spawn("/bin/sh", args, { stdio: ["ignore", "pipe", "pipe"], env: { PATH: systemPath }, detached: true }),
        sample: async () => ({ ...(group?.usage() ?? { cpuMs: 0, memoryBytes: 0 }), gpuPercent: null }),
        async kill({ pid }) {
          // bwrap's own end takes its namespace, and all in it, along.
          if (pid !== undefined) process.kill(-pid, "SIGKILL");
        },
        ranOutOfMemory: () => group?.ranOutOfMemory() ?? false,
        remove: async () => {
          await group?.remove();
        },
      });
    },
    async find(name) {
      // It ended with the agent that started it.
      await removeControlGroup(name);
      return undefined;
    },
    sweep: async () => undefined,
  };
}
