import type { Demand } from "@gristmill/scheduler/src/domain/placement/placement.ts";
import type { AssetView } from "@gristmill/shared/api/views";

/** One way to choose an asset for a job, and to take note of what is leased. */
export interface Placer {
  name: string;
  choose(demand: Demand): AssetView | undefined;
  take(assetId: string): void;
  give(assetId: string): void;
}
