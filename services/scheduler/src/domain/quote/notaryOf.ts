import type { Workload } from "@gristmill/shared/job/workload";
import type { Address } from "viem";
import type { MarketInfo } from "./marketInfo.ts";

/**
 * Who countersigns the ticks of a job: this scheduler's key; for a job that a proven answer pays the market itself, which
 * signs nothing, so that no second of it is ever billed.
 */
export function notaryOf(workload: Workload, market: MarketInfo): Address {
  return workload.inference === undefined ? market.notary : market.contracts.market;
}
