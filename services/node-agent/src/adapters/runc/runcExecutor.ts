import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Executor } from "../../application/ports.ts";
import { archiveImages } from "../images/archiveImages.ts";
import { processHandle } from "../processHandle.ts";
import { runProgram, systemPath } from "../runProgram.ts";
import { ociConfig } from "./ociConfig.ts";

const statsSchema = z.object({
  data: z.object({
    cpu: z.object({ usage: z.object({ total: z.number() }) }),
    memory: z.object({ usage: z.object({ usage: z.number().optional() }) }),
  }),
});

/** The second rung: runc without an engine, with the engine's limits. Needs root, and images as archives. */
export function runcExecutor(options: { dataDir: string; imageStore: string | undefined }): Executor {
  const stateDir = join(options.dataDir, "runc");
  const images = archiveImages(join(options.dataDir, "images"), options.imageStore);
  const runc = (...args: string[]) => runProgram("runc", ["--root", stateDir, ...args]);

  return {
    name: "runc",
    unenforced: [],
    async available() {
      if (process.getuid?.() !== 0) return "runc needs root for its limits";
      if (!systemPath.split(":").some((dir) => existsSync(join(dir, "runc"))))
        return "runc is not installed (apt-get install runc)";
      if (options.imageStore === undefined)
        return "runc pulls no images: IMAGE_STORE must name a folder of image archives";
      return undefined;
    },
    gpuRefusal: async () => "runc hands out no GPUs; that needs Docker with the NVIDIA container toolkit",
    image: images.image,
    async create(spec) {
      if (spec.gpuIds.length > 0) throw new Error("GPU workloads need Docker with the NVIDIA container toolkit");
      const bundle = join(stateDir, `${spec.name}.bundle`);
      await mkdir(bundle, { recursive: true, mode: 0o700 });
      await runc("delete", "--force", spec.name).catch(() => undefined);
      const config = ociConfig(spec, images.rootfs(spec.imageId), process.arch);
      await writeFile(join(bundle, "config.json"), JSON.stringify(config));
      return processHandle({
        spawn: () =>
          spawn("runc", ["--root", stateDir, "run", "--bundle", bundle, spec.name], {
            stdio: ["ignore", "pipe", "pipe"],
            env: { PATH: systemPath },
          }),
        async sample() {
          const { data } = statsSchema.parse(JSON.parse(await runc("events", "--stats", spec.name)));
          const cpuMs = Math.round(data.cpu.usage.total / 1e6);
          return { cpuMs, memoryBytes: data.memory.usage.usage ?? 0, gpuPercent: null };
        },
        async kill(child) {
          // Without --all only the first process would be signalled; the pid namespace ends with it anyway.
          await runc("kill", "--all", spec.name, "KILL").catch(() => child.kill("SIGKILL"));
        },
        // Its control group is gone with it. Nobody else kills a single container, so the kernel did, for memory.
        ranOutOfMemory: () => true,
        async remove() {
          await runc("delete", "--force", spec.name).catch(() => undefined);
          await rm(bundle, { recursive: true, force: true });
        },
      });
    },
    async find(name) {
      // Its pipes went with the agent that started it: nobody could meter or read it any more.
      await runc("delete", "--force", name).catch(() => undefined);
      return undefined;
    },
    async sweep(nodeId, keep) {
      const names = (await runc("list", "--quiet").catch(() => "")).split("\n");
      for (const name of names) {
        if (name.startsWith(`gristmill-${nodeId}-`) && !keep.has(name))
          await runc("delete", "--force", name).catch(() => undefined);
      }
    },
  };
}
