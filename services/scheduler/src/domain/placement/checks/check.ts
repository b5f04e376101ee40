import type { Facts } from "../facts.ts";
import type { Demand, Mismatch } from "../placement.ts";

/** One requirement as a test that is cheap to fail, and in words for whoever asks why. */
export interface Check {
  field: string;
  /** Whether the demand says anything about it; the test is left out when not. */
  wanted(demand: Demand): boolean;
  fits(facts: Facts, demand: Demand): boolean;
  /** Only asked when it does not fit. */
  explain(facts: Facts, demand: Demand): Omit<Mismatch, "field">;
}
