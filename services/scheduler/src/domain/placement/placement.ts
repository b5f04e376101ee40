import type { AssetView } from "@gristmill/shared/api/views";
import type { Requirements } from "@gristmill/shared/job/requirements";
import type { Workload } from "@gristmill/shared/job/workload";

/** What placement looks for. */
export interface Demand {
  requirements: Requirements;
  workload: Workload;
  /** Dearest acceptable price, atomic units per second; undefined: any. */
  pricePerSecondCap: bigint | undefined;
  /** Payment cap for the whole job, fee included; undefined: any. */
  budget: bigint | undefined;
  feeBps: number;
  /** Unix seconds of the chain. */
  now: number;
}

/** An asset that fits, cheapest first in the answer. */
export interface Candidate {
  asset: AssetView;
  pricePerSecond: bigint;
  listingVersion: number;
  /** price * maxSeconds + fee, atomic units. */
  total: bigint;
}

/** Why an asset does not fit: the field, and by how much. */
export interface Refusal {
  asset: AssetView;
  field: string;
  reason: string;
  got: string;
  wanted: string;
}

export interface Placement {
  candidates: Candidate[];
  refused: Refusal[];
}
