import type { AssetView } from "@gristmill/shared/api/views";
import type { Objective } from "@gristmill/shared/job/requirements";
import { type Facts, factsOf } from "./facts.ts";
import { mismatches } from "./mismatches.ts";
import { byPrice, orders } from "./order.ts";
import type { Candidate, Demand, Placement, Refusal } from "./placement.ts";
import { startEstimateMs } from "./startEstimate.ts";
import { totalOf } from "./totalOf.ts";

/**
 * Splits a snapshot of assets into those that fit, best by the demand's objective first, and those that do not, each with
 * everything it falls short of. Looks at every asset: what a quote explains itself with. `createPlacementIndex` gives the
 * same first candidate without looking at all of them.
 */
export function rank(assets: readonly AssetView[], demand: Demand): Placement {
  const objective = demand.requirements.objective ?? "cheapest";
  const fitting: Facts[] = [];
  const refused: Refusal[] = [];
  for (const asset of assets) {
    const facts = factsOf(asset);
    const [first, ...more] = mismatches(facts, demand);
    if (first === undefined) fitting.push(facts);
    else refused.push({ asset, mismatches: [first, ...more] });
  }
  const ordered = sortBy(objective, fitting, demand);
  const fresh = ordered.filter((facts) => !failedOn(facts, demand));
  const failed = ordered.filter((facts) => failedOn(facts, demand));
  refused.sort((a, b) => (BigInt(a.asset.assetId) < BigInt(b.asset.assetId) ? -1 : 1));
  return { objective, candidates: [...fresh, ...failed].map((facts) => toCandidate(facts, demand)), refused };
}

/** Whether the asset's node failed this job before. */
export function failedOn({ asset }: Facts, { failedOn: nodes }: Demand): boolean {
  return nodes?.has(asset.node) === true;
}

export function toCandidate(facts: Facts, demand: Demand): Candidate {
  const { asset, price } = facts;
  return {
    asset,
    pricePerSecond: price,
    listingVersion: asset.listing?.version ?? 0,
    total: totalOf(price, demand.workload.maxSeconds, demand.feeBps),
    startMs: startEstimateMs(facts, demand),
  };
}

function sortBy(objective: Objective, facts: Facts[], demand: Demand): Facts[] {
  if (objective !== "fastest_start") return facts.sort(orders[objective]);
  const start = new Map(facts.map((each) => [each, startEstimateMs(each, demand)]));
  return facts.sort((a, b) => (start.get(a) ?? 0) - (start.get(b) ?? 0) || byPrice(a, b));
}
