import { endReasonCause } from "@gristmill/shared/lease/leaseState";
import type { LeaseRecord } from "./marketState.ts";

/** Whether its shard may have another lease after this one: its end was neither the buyer's doing nor success. */
export function calledForAnother(lease: Pick<LeaseRecord, "reason">): boolean {
  return endReasonCause[lease.reason] === "provider";
}
