import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Workload, workloadSchema } from "@gristmill/shared/job/workload";
import { startDocker } from "@gristmill/tools/services/docker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bwrapExecutor } from "../src/adapters/bwrap/bwrapExecutor.ts";
import { dockerExecutor } from "../src/adapters/docker/dockerExecutor.ts";
import { runcExecutor } from "../src/adapters/runc/runcExecutor.ts";
import { listOutputs } from "../src/application/collectOutput.ts";
import type { Executor, Exit, RunHandle } from "../src/application/ports.ts";
import { containerSpec, type ImageConfig, WORKLOAD_UID } from "../src/domain/hardening.ts";
import { testImage } from "./testImage.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-ladder-"));
const image = testImage();
const docker = await startDocker({ millDir: join(dir, "mill") });
const options = { dataDir: join(dir, "data"), imageStore: image.imageStore };
const ladder: Executor[] = [
  dockerExecutor({ host: docker.rung === "docker" ? docker.host : undefined, imageStore: image.imageStore }),
  runcExecutor(options),
  bwrapExecutor(options),
];
const present = await Promise.all(ladder.map(async (executor) => ({ executor, missing: await executor.available() })));

let host: Server;
let hostPort = 0;
beforeAll(async () => {
  host = createServer();
  await new Promise<void>((resolve) => host.listen(0, "0.0.0.0", resolve));
  const address = host.address();
  hostPort = typeof address === "object" && address ? address.port : 0;
});
afterAll(async () => {
  host.close();
  await docker.stop();
  rmSync(dir, { recursive: true, force: true });
  rmSync(image.imageStore, { recursive: true, force: true });
});

let runs = 0;

interface Finished {
  exit: Exit;
  lines: string[];
  outDir: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the probe program prints
  results: any;
}

async function run(
  executor: Executor,
  probes: string[],
  change: {
    workload?: Partial<Workload>;
    image?: Partial<ImageConfig>;
    during?: (handle: RunHandle) => Promise<void>;
  } = {},
): Promise<Finished> {
  const root = join(dir, `run-${runs}`);
  const [inDir, outDir] = [join(root, "in"), join(root, "out")];
  mkdirSync(inDir, { recursive: true });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(inDir, "input.txt"), "a line of input\n", { mode: 0o444 });
  if (process.getuid?.() === 0) chownSync(outDir, WORKLOAD_UID, WORKLOAD_UID);
  else chmodSync(outDir, 0o777);
  const config = await executor.image(image.reference, () => undefined);
  const workload = workloadSchema.parse({
    ...{ image: image.reference, command: [...config.cmd, ...probes], memoryMiB: 256, maxSeconds: 60 },
    env: { HOST_PORT: String(hostPort), GREETING: "hello" },
    ...change.workload,
  });
  const leaseId = `0x${(runs++).toString(16).padStart(16, "0").padEnd(64, "0")}`;
  const spec = containerSpec(
    workload,
    { ...config, ...change.image },
    {
      ...{
        leaseId,
        marketId: "test",
        nodeId: `t${process.pid}`,
        inDir,
        outDir,
        gpuIds: [],
        simulatedGpu: false,
        shard: { index: 0, count: 1 },
      },
    },
  );
  const handle = await executor.create(spec);
  try {
    const lines: string[] = [];
    expect(await handle.state()).toBe("created");
    await handle.start();
    const following = handle.follow(async (_stream, text) => {
      lines.push(text);
    });
    await change.during?.(handle);
    const exit = await handle.wait();
    await following;
    expect(await handle.state()).toBe("exited");
    const json = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    return { exit, lines, outDir, results: Object.assign({}, ...json) };
  } finally {
    await handle.remove();
  }
}

for (const { executor, missing } of present) {
  describe.skipIf(missing !== undefined)(`a workload on ${executor.name}${missing ? ` (${missing})` : ""}`, () => {
    test("runs as nobody without capabilities, and no loader variable of its image reaches it", async () => {
      const { exit, results } = await run(executor, ["identity"], {
        image: { env: ["PATH=/usr/local/bin", "LD_PRELOAD=/evil.so", "NVIDIA_VISIBLE_DEVICES=all", "KEPT=1"] },
      });
      expect(exit).toEqual({ exitCode: 0, detail: "" });
      const { identity } = results as {
        identity: {
          uid: number;
          gid: number;
          groups: number[];
          status: Record<string, string>;
          env: Record<string, string>;
        };
      };
      expect(identity).toMatchObject({ uid: 65534, gid: 65534, env: { KEPT: "1", GREETING: "hello" } });
      expect(Object.keys(identity.env).filter((name) => /^(LD_|NVIDIA_)/.test(name))).toEqual([]);
      for (const set of ["CapPrm", "CapEff", "CapBnd", "CapInh", "CapAmb"]) {
        expect([set, identity.status[set]]).toEqual([set, "0000000000000000"]);
      }
      expect(identity.status.NoNewPrivs).toBe("1");
      if (!executor.unenforced.some((limit) => limit.includes("system calls")))
        expect(identity.status.Seccomp).toBe("2");
    });

    test("writes nowhere but /tmp and /out, and sees nothing of the host", async () => {
      const { results, outDir } = await run(executor, ["files"]);
      const { files } = results as { files: Record<string, { ok: boolean; value?: unknown; code?: string }> };
      expect(files).toMatchObject({
        ...{
          root: { ok: false },
          etc: { ok: false },
          input: { ok: false },
          tmpBig: { ok: false },
          hostFiles: { ok: false },
        },
        ...{ tmp: { ok: true }, output: { ok: true }, copied: { ok: true } },
      });
      expect(readFileSync(join(outDir, "copy.txt"), "utf8")).toBe("a line of input\n");
      const kept = await listOutputs(outDir, 1_048_576);
      expect(kept.files.map(({ path }) => path)).toEqual(["copy.txt", "fine.txt"]);
      expect(kept.skipped).toEqual(["link"]);
    });

    test("reaches no network: not the host, not the metadata service, not the internet", async () => {
      const { results } = await run(executor, ["network"]);
      const { network } = results as { network: Record<string, unknown> };
      expect(network.interfaces).toEqual([]);
      for (const target of ["metadata", "host", "host6", "public"]) {
        expect([target, network[target]]).not.toEqual([target, "connected"]);
      }
    });

    test("is killed when it takes more memory than it paid for", async (context) => {
      if (executor.unenforced.some((limit) => limit.includes("memory"))) context.skip();
      const { exit } = await run(executor, ["memory"], { workload: { memoryMiB: 128 } });
      expect(exit.exitCode).not.toBe(0);
      expect(exit.detail).toBe("out of memory");
    });

    test("cannot start processes without end", async (context) => {
      if (executor.unenforced.some((limit) => limit.includes("processes"))) context.skip();
      const { results } = await run(executor, ["forks"], { workload: { memoryMiB: 4096 } });
      const { forks } = results as { forks: { started: number; refused: string } };
      expect(forks.started).toBeLessThan(256);
      expect(forks.refused).toBe("EAGAIN");
    });

    test("is stopped from outside with all its processes, and says why", async () => {
      const { exit } = await run(executor, ["sleep"], {
        during: async (handle) => {
          await expect.poll(() => handle.sample().then(({ cpuMs }) => cpuMs >= 0)).toBe(true);
          await handle.kill("its paid time is over");
        },
      });
      expect(exit).toEqual({ exitCode: 137, detail: "its paid time is over" });
    });

    test("keeps its own exit code", async () => {
      expect((await run(executor, ["fail"])).exit).toEqual({ exitCode: 3, detail: "" });
    });

    test("cannot fill the disk with one output file", async () => {
      const { outDir } = await run(executor, ["bigFile"], { workload: { maxOutputMiB: 1 } });
      expect(statSync(join(outDir, "big")).size).toBeLessThanOrEqual(1_048_576);
    });
  });
}

test("one rung at least is here, so that the tests above mean something", () => {
  expect(present.filter(({ missing }) => missing === undefined)).not.toHaveLength(0);
});
