import { gpuClassHash, regionBytes } from "@gristmill/shared/job/requirements";
import { type Manifest, manifestGpuClass, manifestHash, manifestVramMiB } from "@gristmill/shared/manifest/manifest";

/** What the asset contract is told about a machine: all of it follows from its manifest. @param attestedUntil unix seconds */
export function capabilityOf(manifest: Manifest, attestedUntil: number) {
  return {
    node: manifest.node,
    manifest: manifestHash(manifest),
    gpuClass: gpuClassHash(manifestGpuClass(manifest)),
    gpuCount: manifest.gpus.length,
    memoryBytes: BigInt(manifestVramMiB(manifest)) * 1_048_576n,
    region: regionBytes(manifest.region),
    attestedUntil: BigInt(attestedUntil),
  };
}
