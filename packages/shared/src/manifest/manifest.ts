import { sha256, stringToBytes } from "viem";
import { z } from "zod";
import { canonicalJson } from "../ids/canonicalJson.ts";
import { addressSchema, bytes32Schema } from "../ids/ids.ts";

/** One GPU of a node. `simulated` is said wherever the asset is shown. */
export const gpuSchema = z.strictObject({
  uuid: z.string().max(128),
  /** Class name as requirements use it; a simulated GPU's class starts with `simulated-`. */
  gpuClass: z.string().max(64),
  model: z.string().max(128),
  vramMiB: z.number().int().min(0),
  driver: z.string().max(64).nullable(),
  /** Newest CUDA version that the driver supports; absent where the driver does not say. */
  cuda: z.string().max(16).optional(),
  simulated: z.boolean(),
});

/** A short measurement by the node itself: not attested by anybody else. */
export const benchmarkSchema = z.strictObject({
  /** Single-precision GFLOPS of the device the asset offers, times 1000 rounded to an integer. */
  fp32MilliGflops: z.number().int().min(0),
  memoryMiBPerSecond: z.number().int().min(0),
  diskMiBPerSecond: z.number().int().min(0),
  /** What was measured: the GPU, or the CPU standing in for a simulated one. */
  device: z.enum(["gpu", "cpu"]),
  measuredAt: z.number().int(),
});

/** Where the provider says the node is, thousandths of a degree. Nobody measured it. */
export const locationSchema = z.strictObject({
  latitudeMilli: z.number().int().min(-90_000).max(90_000),
  longitudeMilli: z.number().int().min(-180_000).max(180_000),
  source: z.literal("declared"),
});

/** What the node can download and upload, Mbit/s, and whether it measured that or its provider declared it. */
export const networkSchema = z.strictObject({
  downMbps: z.number().int().min(1).max(1_000_000),
  upMbps: z.number().int().min(1).max(1_000_000).optional(),
  source: z.enum(["declared", "measured"]),
});

/** An asset's capability. Its canonical JSON's sha256 is the asset's ERC-7829 commit. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(64),
  node: addressSchema,
  region: z.string().regex(/^[A-Z]{2}$/),
  gpus: z.array(gpuSchema).max(64),
  cpuModel: z.string().max(128),
  cpuCores: z.number().int().min(1),
  memoryMiB: z.number().int().min(1),
  diskMiB: z.number().int().min(0),
  /** Rung of the executor ladder: how workloads are contained on this node. */
  executor: z.enum(["docker", "runc", "bwrap"]),
  benchmark: benchmarkSchema,
  location: locationSchema.optional(),
  network: networkSchema.optional(),
  /** X25519 key that inputs are sealed for. The manifest's hash on chain vouches for it. */
  encryptionKey: bytes32Schema.optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** sha256 of the manifest's canonical JSON, 0x-prefixed: the asset's commit on chain. */
export function manifestHash(manifest: Manifest): `0x${string}` {
  return sha256(stringToBytes(canonicalJson(manifest)));
}

/** Class of the manifest's GPUs, or undefined for a CPU asset. */
export function manifestGpuClass(manifest: Manifest): string | undefined {
  return manifest.gpus[0]?.gpuClass;
}

/** Usable GPU memory of the whole asset, MiB. */
export function manifestVramMiB(manifest: Manifest): number {
  return manifest.gpus.reduce((sum, gpu) => sum + gpu.vramMiB, 0);
}
