import type { Requirements } from "@gristmill/shared/job/requirements";
import type { Address } from "viem";
import { calledForAnother } from "./calledForAnother.ts";
import type { LeaseRecord } from "./marketState.ts";
import { newestOfShards } from "./shards.ts";

/** What the job's next lease may not share with those of its other shards; undefined: nothing is asked. */
export function apartFrom(
  { apart }: Requirements,
  leases: readonly LeaseRecord[],
): { nodes: ReadonlySet<Address>; providers: ReadonlySet<Address> } | undefined {
  if (apart === undefined || leases.length === 0) return undefined;
  const others = newestOfShards(leases).filter((lease) => !calledForAnother(lease));
  return {
    nodes: new Set(others.map(({ node }) => node)),
    providers: new Set(apart === "provider" ? others.map(({ payee }) => payee) : []),
  };
}
