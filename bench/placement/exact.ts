import { agreesWithScan } from "@gristmill/scheduler/src/domain/placement/index/agreesWithScan.ts";
import { arbitraryAsset, arbitraryStep } from "@gristmill/scheduler/src/domain/placement/index/randomMarket.ts";
import fc from "fast-check";
import type { Row } from "../row.ts";

const DECISIONS = 1_000_000;

/** Decisions of the index compared with a full scan, on random markets that change between them. Throws at the first that differs. */
export function benchExact(): Row[] {
  let [decisions, found] = [0, 0];
  let markets = 0;
  const start = performance.now();
  const property = fc.property(
    fc.array(arbitraryAsset, { minLength: 8, maxLength: 24 }),
    fc.array(arbitraryStep, { minLength: 200, maxLength: 400 }),
    (assets, steps) => {
      const played = agreesWithScan(assets, steps);
      decisions += played.decisions;
      found += played.found;
      markets++;
    },
  );
  for (let seed = 1; decisions < DECISIONS; seed++) fc.assert(property, { numRuns: 500, seed });
  const took = (performance.now() - start) / 1000;
  return [
    {
      what: `decisions that equal a full scan's, on ${markets.toLocaleString("en-US")} random markets (${took.toFixed(0)} s)`,
      value: `${decisions.toLocaleString("en-US")} (${found.toLocaleString("en-US")} found an asset)`,
      ratio: "all",
    },
  ];
}
