import type { AssetView } from "@gristmill/shared/api/views";
import { assetFixture } from "../../services/scheduler/src/domain/placement/assetFixture.ts";
import type { Demand } from "../../services/scheduler/src/domain/placement/placement.ts";

export const demand: Demand = {
  requirements: { gpuCount: 1, minVramMiB: 1024 } as Demand["requirements"],
  workload: {
    image: "x",
    command: [],
    env: {},
    inputs: [],
    cpuMilli: 1000,
    memoryMiB: 512,
    maxOutputMiB: 64,
    maxSeconds: 60,
  } as Demand["workload"],
  ...{ pricePerSecondCap: undefined, budget: undefined, feeBps: 250, now: 1000 },
} as Demand;

/** As many free assets, each on a node of its own, at a thousand different prices. */
export function freeAssets(from: number, count: number): AssetView[] {
  return Array.from({ length: count }, (_, index) => {
    const view = assetFixture();
    const id = from + index;
    const node = `0x${id.toString(16).padStart(40, "0")}` as const;
    const listing = view.listing && { ...view.listing, pricePerSecond: BigInt(100 + ((id * 7919) % 1000)) };
    return { ...view, assetId: String(id), node, listing };
  });
}
