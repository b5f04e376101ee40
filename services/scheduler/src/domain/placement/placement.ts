import type { AssetView } from "@gristmill/shared/api/views";
import type { Objective, Requirements } from "@gristmill/shared/job/requirements";
import type { Workload } from "@gristmill/shared/job/workload";
import type { Address } from "viem";

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
  /** Unix seconds by which a lease that uses all of its time must have ended; undefined: any. */
  deadline?: number | undefined;
  /** Assets that the chain just refused for this job, for a reason that placement does not see. */
  refusedAssets?: ReadonlySet<string> | undefined;
  /** Whose assets a shard may not have because another shard of the job has one of theirs. */
  apartFrom?: { nodes: ReadonlySet<Address>; providers: ReadonlySet<Address> } | undefined;
  /** Nodes that failed this job before: chosen again only when nothing else fits. */
  failedOn?: ReadonlySet<Address> | undefined;
}

/** An asset that fits, best by the objective first in the answer. */
export interface Candidate {
  asset: AssetView;
  pricePerSecond: bigint;
  listingVersion: number;
  /** price * maxSeconds + fee, atomic units. */
  total: bigint;
  startMs: number;
}

/** One requirement that an asset falls short of: the field, and by how much. */
export interface Mismatch {
  field: string;
  reason: string;
  got: string;
  wanted: string;
}

/** Why an asset does not fit: everything that it falls short of, what it can never do first. Never empty. */
export interface Refusal {
  asset: AssetView;
  mismatches: readonly [Mismatch, ...Mismatch[]];
}

export interface Placement {
  objective: Objective;
  candidates: Candidate[];
  refused: Refusal[];
}
