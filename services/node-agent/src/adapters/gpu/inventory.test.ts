import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestHash } from "@gristmill/shared/manifest/manifest";
import { afterAll, expect, test } from "vitest";
import { measure } from "./benchmark.ts";
import { stableManifest, takeInventory } from "./inventory.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-inventory-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const node = `0x${"1".repeat(40)}`;
const key = `0x${"5".repeat(64)}` as const;
const config = {
  GPU: { kind: "simulated", model: "l4", vramMiB: 24576 } as const,
  NODE_NAME: "test",
  REGION: "DE",
  DATA_DIR: dir,
  LOCATION: undefined,
  DOWN_MBPS: undefined,
  UP_MBPS: undefined,
};
const file = join(dir, "manifest.json");
const options = { remeasure: false, measure: () => measure(dir, () => 1_700_000_000_000) };

test("an asset's hash survives a restart, and changes when the machine does", async () => {
  const found = await takeInventory(config, node, key, "docker", undefined);
  const first = stableManifest(file, found, options);
  expect(first.measured).toBe(true);
  const again = stableManifest(file, await takeInventory(config, node, key, "docker", undefined), options);
  expect(again.measured).toBe(false);
  expect(manifestHash(again.manifest)).toBe(manifestHash(first.manifest));
  const changed = stableManifest(file, { ...found, memoryMiB: found.memoryMiB + 1 }, options);
  expect(changed.measured).toBe(true);
});

test("a simulated GPU says so in class, model and flag, and what was measured is the CPU", async () => {
  const { manifest } = stableManifest(file, await takeInventory(config, node, key, "docker", undefined), options);
  expect(manifest.gpus).toMatchObject([
    { gpuClass: "simulated-l4", model: "simulated L4", simulated: true, vramMiB: 24576 },
  ]);
  expect(manifest.benchmark.device).toBe("cpu");
  expect(manifest.benchmark.fp32MilliGflops).toBeGreaterThan(0);
  expect(manifest.benchmark.diskMiBPerSecond).toBeGreaterThan(0);
});

test("place and network are in the manifest as the provider's word, and not at all when nobody gave them", async () => {
  const location = { latitudeMilli: 52_520, longitudeMilli: 13_400, source: "declared" } as const;
  const found = await takeInventory(
    { ...config, LOCATION: location, DOWN_MBPS: 940, UP_MBPS: 100 },
    node,
    key,
    "docker",
    undefined,
  );
  const { manifest } = stableManifest(file, found, options);
  expect(manifest).toMatchObject({ location, network: { downMbps: 940, upMbps: 100, source: "declared" } });
  const silent = stableManifest(file, await takeInventory(config, node, key, "docker", undefined), options).manifest;
  expect(silent).not.toHaveProperty("location");
  expect(silent).not.toHaveProperty("network");
});

test("a node without an engine offers no real GPU that it could not hand to a container", async () => {
  const { gpus } = await takeInventory({ ...config, GPU: { kind: "auto" } }, node, key, "runc", "no engine");
  expect(gpus).toEqual([]);
});
