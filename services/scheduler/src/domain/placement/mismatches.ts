import { checks } from "./checks/checks.ts";
import type { Facts } from "./facts.ts";
import type { Demand, Mismatch } from "./placement.ts";

/** Everything that an asset falls short of, in the order of the checks. Empty: it fits. */
export function mismatches(facts: Facts, demand: Demand): Mismatch[] {
  return checks
    .filter((check) => check.wanted(demand) && !check.fits(facts, demand))
    .map((check) => ({ field: check.field, ...check.explain(facts, demand) }));
}
