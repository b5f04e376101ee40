import { workloadSchema } from "@gristmill/shared/job/workload";
import { expect, test } from "vitest";
import { containerSpec, type ImageConfig } from "./hardening.ts";

const workload = workloadSchema.parse({
  image: `name@sha256:${"a".repeat(64)}`,
  maxSeconds: 60,
  env: { MODE: "fast" },
});
const image: ImageConfig = {
  id: "a".repeat(64),
  entrypoint: ["/bin/run"],
  cmd: ["--default"],
  env: [],
  workingDir: "",
  volumes: [],
};
const placement = {
  ...{ leaseId: `0x${"1".repeat(64)}`, marketId: "m", nodeId: "n", inDir: "/d/in", outDir: "/d/out" },
  ...{ gpuIds: [], simulatedGpu: false, shard: { index: 0, count: 1 } },
};

const shard = { GRISTMILL_SHARD_INDEX: "0", GRISTMILL_SHARD_COUNT: "1" };

test("every container is closed in, whatever the buyer ordered", () => {
  expect(containerSpec(workload, image, placement)).toMatchObject({
    ...{
      uid: 65534,
      gid: 65534,
      capabilities: [],
      noNewPrivileges: true,
      readOnlyRoot: true,
      network: "none",
      pids: 256,
    },
    ...{ memoryBytes: 512 * 1_048_576, cpuMilli: 1000 },
    binds: [
      { from: "/d/in", to: "/in", readOnly: true },
      { from: "/d/out", to: "/out", readOnly: false },
    ],
  });
});

test("an image cannot steer the loader or the NVIDIA hook that runs as root on the node", () => {
  const hostile = {
    ...image,
    env: ["LD_PRELOAD=/evil.so", "NVIDIA_VISIBLE_DEVICES=all", "LD_AUDIT", "bad name=1", "KEPT=1"],
  };
  const spec = containerSpec(workload, hostile, placement);
  expect(spec.env).toEqual({ KEPT: "1", MODE: "fast", ...shard });
  expect(spec.stripped).toEqual(["LD_PRELOAD", "NVIDIA_VISIBLE_DEVICES", "LD_AUDIT", "bad name"]);
});

test("a buyer's variable that slipped past the schema does not reach the container either", () => {
  const spec = containerSpec({ ...workload, env: { LD_PRELOAD: "/evil.so" } }, image, placement);
  expect(spec.env).toEqual(shard);
});

test("a volume of the image is memory with a limit, not the node's disk, and cannot cover /in, /out or /proc", () => {
  const volumes = ["/data", "/out", "/in", "/", "/proc/x", "/a/../etc"];
  const { tmpfs } = containerSpec(workload, { ...image, volumes }, placement);
  expect(tmpfs.map(({ path }) => path)).toEqual(["/tmp", "/data"]);
  for (const { bytes } of tmpfs) expect(bytes).toBeLessThanOrEqual(256 * 1_048_576);
});

test("the buyer's command replaces the image's arguments, not its entry point", () => {
  expect(containerSpec(workload, image, placement).args).toEqual(["/bin/run", "--default"]);
  expect(containerSpec({ ...workload, command: ["-x"] }, image, placement).args).toEqual(["/bin/run", "-x"]);
});

test("a workload is told that its GPU is simulated", () => {
  expect(containerSpec(workload, image, { ...placement, simulatedGpu: true }).env.GRISTMILL_GPU).toBe("simulated");
});

test("the program of a job in several parts knows its own, whatever the buyer's variables say", () => {
  const env = { GRISTMILL_SHARD_INDEX: "9", GRISTMILL_SHARD_COUNT: "9" };
  const spec = containerSpec({ ...workload, env }, image, { ...placement, shard: { index: 1, count: 4 } });
  expect(spec.env).toMatchObject({ GRISTMILL_SHARD_INDEX: "1", GRISTMILL_SHARD_COUNT: "4" });
});
