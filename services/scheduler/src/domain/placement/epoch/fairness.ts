import type { AssetView } from "@gristmill/shared/api/views";

/** What leases use of a market, in the units that buyers compete for. */
export interface Resources {
  gpus: number;
  vramMiB: number;
  cpuMilli: number;
  memoryMiB: number;
}

export const nothing: Resources = { gpus: 0, vramMiB: 0, cpuMilli: 0, memoryMiB: 0 };

const kinds = ["gpus", "vramMiB", "cpuMilli", "memoryMiB"] as const;
const MIB = 1_048_576n;

/** An asset is leased whole, so its lessee uses all of it. */
export function resourcesOf({ gpuCount, memoryBytes, manifest }: AssetView): Resources {
  return {
    gpus: gpuCount,
    vramMiB: Number(memoryBytes / MIB),
    cpuMilli: (manifest?.cpuCores ?? 0) * 1000,
    memoryMiB: manifest?.memoryMiB ?? 0,
  };
}

export function plus(left: Resources, right: Resources): Resources {
  return {
    gpus: left.gpus + right.gpus,
    vramMiB: left.vramMiB + right.vramMiB,
    cpuMilli: left.cpuMilli + right.cpuMilli,
    memoryMiB: left.memoryMiB + right.memoryMiB,
  };
}

/** The greatest part of any one resource that a buyer uses (dominant resource fairness, Ghodsi et al., NSDI 2011). */
export function dominantShare(used: Resources, total: Resources): number {
  return Math.max(...kinds.map((kind) => (total[kind] === 0 ? 0 : used[kind] / total[kind])));
}
