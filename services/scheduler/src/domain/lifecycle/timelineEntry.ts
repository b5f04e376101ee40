import type { JobStatus } from "@gristmill/shared/job/jobStatus";
import type { Hex } from "viem";

/** What a node said about a lease, with the chain's time at which it was heard. */
export interface Phase {
  phase: "pulling" | "running" | "proving" | "captured" | "failed";
  detail: string;
  at: number;
}

export interface TimelineEntry {
  status: JobStatus;
  at: number;
  detail: string;
  txHash: Hex | null;
}
