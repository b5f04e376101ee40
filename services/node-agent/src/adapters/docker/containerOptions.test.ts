import { workloadSchema } from "@gristmill/shared/job/workload";
import { expect, test } from "vitest";
import { containerSpec } from "../../domain/hardening.ts";
import { containerOptions } from "./containerOptions.ts";

const image = {
  id: "a".repeat(64),
  entrypoint: ["/run"],
  cmd: [],
  env: ["LD_PRELOAD=/evil.so"],
  workingDir: "",
  volumes: [],
};
const workload = workloadSchema.parse({ image: `a@sha256:${"a".repeat(64)}`, maxSeconds: 60 });
const placement = {
  leaseId: `0x${"1".repeat(64)}`,
  marketId: "m",
  nodeId: "n",
  inDir: "/i",
  outDir: "/o",
  simulatedGpu: false,
  shard: { index: 0, count: 1 },
};

test("a GPU workload gets the GPUs of its asset by id, never some by count", () => {
  const options = containerOptions(containerSpec(workload, image, { ...placement, gpuIds: ["GPU-7"] }));
  expect(options.HostConfig?.DeviceRequests).toEqual([
    { Driver: "nvidia", DeviceIDs: ["GPU-7"], Capabilities: [["gpu", "compute", "utility"]] },
  ]);
});

test("a CPU workload gets no GPU, no capability, no swap, no network, and the image's loader variable is taken away", () => {
  const options = containerOptions(containerSpec(workload, image, { ...placement, gpuIds: [] }));
  expect(options.HostConfig).not.toHaveProperty("DeviceRequests");
  expect(options).toMatchObject({
    ...{
      User: "65534:65534",
      NetworkDisabled: true,
      Env: ["GRISTMILL_SHARD_INDEX=0", "GRISTMILL_SHARD_COUNT=1", "LD_PRELOAD"],
    },
    HostConfig: {
      ...{
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        NetworkMode: "none",
        ReadonlyRootfs: true,
        PidsLimit: 256,
      },
      ...{ Memory: 536_870_912, MemorySwap: 536_870_912, Privileged: false },
    },
    Labels: { "gristmill.market": "m", "gristmill.lease": placement.leaseId },
  });
});
