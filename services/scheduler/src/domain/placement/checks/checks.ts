import { capabilityChecks } from "./capability.ts";
import type { Check } from "./check.ts";
import { offerChecks } from "./offer.ts";
import { placeChecks } from "./place.ts";
import { trustChecks } from "./trust.ts";

/**
 * Every requirement there is. What the asset cannot ever do stands before what it does not offer now: a buyer who waits for a
 * busy asset that is too small would wait in vain.
 */
export const checks: readonly Check[] = [...capabilityChecks, ...placeChecks, ...trustChecks, ...offerChecks];
