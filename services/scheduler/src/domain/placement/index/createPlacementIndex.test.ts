import type { AssetView } from "@gristmill/shared/api/views";
import { workloadSchema } from "@gristmill/shared/job/workload";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assetFixture } from "../assetFixture.ts";
import type { Demand } from "../placement.ts";
import { rank } from "../rank.ts";
import { agreesWithScan } from "./agreesWithScan.ts";
import { createPlacementIndex } from "./createPlacementIndex.ts";
import { arbitraryAsset, arbitraryDemand, arbitraryStep } from "./randomMarket.ts";

const demand: Demand = {
  requirements: { gpuCount: 0, minVramMiB: 0 },
  workload: workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 }),
  pricePerSecondCap: undefined,
  budget: undefined,
  feeBps: 250,
  now: 1_800_000_000,
};

function indexOf(assets: readonly AssetView[]) {
  const index = createPlacementIndex();
  for (const asset of assets) index.put(asset);
  return index;
}

describe("createPlacementIndex", () => {
  it("chooses what a full scan of the market would, whatever happened to the market before: nobody overpays for speed", () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(arbitraryAsset, { minLength: 8, maxLength: 24 }),
        fc.array(arbitraryStep, { minLength: 20, maxLength: 60 }),
        (assets, steps) => {
          found += agreesWithScan(assets, steps).found;
        },
      ),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(2_000);
  });

  it("goes through all that fit in the order of a full scan: the next best is tried when the chain refuses the best", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitraryAsset, { maxLength: 24, selector: ({ assetId }) => assetId }),
        arbitraryDemand,
        (assets, wanted) => {
          const seen: string[] = [];
          indexOf(assets).scan(wanted, ({ assetId }) => {
            seen.push(assetId);
            return false;
          });
          expect(seen).toEqual(rank(assets, wanted).candidates.map(({ asset }) => asset.assetId));
        },
      ),
    );
  });

  it("never gives one asset to two jobs, nor a slice of a GPU that another job has whole", () => {
    const whole = assetFixture({ assetId: "1", units: 0xffn });
    const slice = assetFixture({ assetId: "2", units: 0x01n });
    const other = assetFixture({ assetId: "3", units: 0x100n });
    const index = indexOf([whole, slice, other]);
    index.take("1");
    expect(index.choose(demand)?.assetId).toBe("3");
    index.take("3");
    expect(index.choose(demand)).toBeUndefined();
    index.give("1");
    index.take("2");
    expect(index.choose(demand)).toBeUndefined();
  });

  it("sends a job that failed on a node elsewhere, and back there only when nothing else fits", () => {
    const failed = assetFixture({ assetId: "1" });
    const dearer = assetFixture({
      assetId: "2",
      node: "0x00000000000000000000000000000000000000A2",
      listing: { ...(failed.listing as NonNullable<AssetView["listing"]>), pricePerSecond: 900n },
    });
    const again = { ...demand, failedOn: new Set([failed.node]) };
    const index = indexOf([failed, dearer]);
    expect(index.choose(again)?.assetId).toBe("2");
    index.take("2");
    expect(index.choose(again)?.assetId).toBe("1");
  });
});
