import type { AssetView } from "@gristmill/shared/api/views";
import { manifestGpuClass } from "@gristmill/shared/manifest/manifest";

const MIB = 1_048_576n;

/** An asset flattened for placement, worked out once when it changes. */
export interface Facts {
  asset: AssetView;
  id: bigint;
  /** Undefined: not known yet, its node has not shown the manifest. */
  gpuClass: string | undefined;
  /** Lower case, of all its GPUs. */
  models: readonly string[];
  vramMiB: number;
  cpuMilli: number | undefined;
  memoryMiB: number | undefined;
  diskMiB: number | undefined;
  driver: string | undefined;
  cuda: string | undefined;
  /** Atomic units per second; 0 when it is not listed. */
  price: bigint;
  attestationLevel: number;
  holds: ReadonlySet<string>;
}

const levels = { "self-measured": 0, attested: 1, tee: 2 } as const;

export const NO_GPU = "none";

export function factsOf(asset: AssetView): Facts {
  const { manifest } = asset;
  const gpu = manifest?.gpus[0];
  return {
    asset,
    id: BigInt(asset.assetId),
    gpuClass: manifest === null ? undefined : (manifestGpuClass(manifest) ?? NO_GPU),
    models: manifest?.gpus.map(({ model }) => model.toLowerCase()) ?? [],
    vramMiB: Number(asset.memoryBytes / MIB),
    cpuMilli: manifest === null ? undefined : manifest.cpuCores * 1000,
    memoryMiB: manifest?.memoryMiB,
    diskMiB: manifest?.diskMiB,
    driver: gpu?.driver ?? undefined,
    cuda: gpu?.cuda,
    price: asset.listing?.pricePerSecond ?? 0n,
    attestationLevel: levels[asset.attestation],
    holds: new Set(asset.live.holds),
  };
}
