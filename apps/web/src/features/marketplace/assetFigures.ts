import { reliabilityOf } from "@gristmill/shared/api/reliability";
import type { AssetView } from "@gristmill/shared/api/views";
import { manifestGpuClass, manifestVramMiB } from "@gristmill/shared/manifest/manifest";

/** What a buyer compares. Floats are for sorting and drawing only; money stays `bigint`. */
export interface AssetFigures {
  asset: AssetView;
  name: string;
  gpu: string;
  gpuClass: string | undefined;
  simulated: boolean;
  vramMiB: number;
  /** Atomic units; undefined: not listed. */
  pricePerSecond: bigint | undefined;
  /** Single precision; undefined: nobody measured it. Who did: `asset.performance.source`. */
  gflops: number | undefined;
  /** GFLOPS for one USD per hour. */
  gflopsPerDollarHour: number | undefined;
  /** Expected share of leases that it completes, 0 to 1; undefined: it had none yet. */
  reliability: number | undefined;
}

export function assetFigures(asset: AssetView): AssetFigures {
  const { manifest, listing, stats, performance } = asset;
  const gpus = manifest?.gpus ?? [];
  const gflops = performance ? performance.fp32MilliGflops / 1000 : undefined;
  const pricePerSecond = listing?.pricePerSecond;
  const dollarsPerHour = pricePerSecond === undefined ? undefined : Number(pricePerSecond * 3600n) / 1e6;
  return {
    asset,
    name: manifest?.name ?? `Asset ${asset.assetId}`,
    // The badge beside it says "simulated"; the model need not say it again.
    gpu: gpus[0]
      ? `${gpus.length > 1 ? `${gpus.length} × ` : ""}${gpus[0].model.replace(/^simulated /, "")}`
      : (manifest?.cpuModel ?? "unknown"),
    gpuClass: manifest ? manifestGpuClass(manifest) : undefined,
    simulated: gpus.some((gpu) => gpu.simulated),
    vramMiB: manifest ? manifestVramMiB(manifest) : Number(asset.memoryBytes / 1_048_576n),
    pricePerSecond,
    gflops,
    gflopsPerDollarHour: gflops !== undefined && dollarsPerHour ? gflops / dollarsPerHour : undefined,
    reliability: stats.leases > 0 ? reliabilityOf(stats) : undefined,
  };
}
