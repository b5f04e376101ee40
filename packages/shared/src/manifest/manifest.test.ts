import { expect, test } from "vitest";
import { type Manifest, manifestHash, manifestVramMiB } from "./manifest.ts";

const gpu = { uuid: "GPU-0", gpuClass: "simulated-l4", model: "L4", vramMiB: 24_576, driver: null, simulated: true };
const manifest: Manifest = {
  version: 1,
  name: "north",
  node: "0x1111111111111111111111111111111111111111",
  region: "DE",
  gpus: [gpu, { ...gpu, uuid: "GPU-1" }],
  cpuModel: "test",
  cpuCores: 2,
  memoryMiB: 4096,
  diskMiB: 10_000,
  executor: "docker",
  benchmark: { fp32MilliGflops: 1, memoryMiBPerSecond: 1, diskMiBPerSecond: 1, device: "cpu", measuredAt: 1 },
};

test("an asset's commit changes when anything a buyer compares by changes", () => {
  const commit = manifestHash(manifest);
  expect(manifestHash({ ...manifest, memoryMiB: 4097 })).not.toBe(commit);
  expect(manifestHash({ ...manifest, gpus: [{ ...gpu, simulated: false }] })).not.toBe(commit);
  expect(manifestHash(structuredClone(manifest))).toBe(commit);
});

test("the memory a buyer can ask for is that of all GPUs of the asset", () => {
  expect(manifestVramMiB(manifest)).toBe(49_152);
});
