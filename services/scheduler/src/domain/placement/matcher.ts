import { checks } from "./checks/checks.ts";
import type { Facts } from "./facts.ts";
import type { Demand } from "./placement.ts";

/** Whether an asset meets everything that a demand asks for; only what it asks for is looked at. */
export function matcher(demand: Demand): (facts: Facts) => boolean {
  const asked = checks.filter((check) => check.wanted(demand));
  return (facts) => {
    for (const check of asked) if (!check.fits(facts, demand)) return false;
    return true;
  };
}
