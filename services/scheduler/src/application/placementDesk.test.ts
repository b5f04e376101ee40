import type { AssetView } from "@gristmill/shared/api/views";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { expect, test } from "vitest";
import { emptyMarketState } from "../domain/lifecycle/marketState.ts";
import { assetFixture } from "../domain/placement/assetFixture.ts";
import type { Want } from "../domain/placement/epoch/want.ts";
import { createPlacementDesk } from "./placementDesk.ts";

const workload = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 });

function want(jobId: string, bid = 100n, buyer = "a"): Want {
  const demand = {
    ...{ requirements: { gpuCount: 0, minVramMiB: 0 }, workload, pricePerSecondCap: bid, budget: undefined },
    ...{ feeBps: 0, now: 1_800_000_000 },
  };
  return { jobId, buyer, bid, demand, size: 1, apart: "nothing" };
}

function open(assets: AssetView[]) {
  const market = { assets, nowMs: 0, woken: [] as string[] };
  const desk = createPlacementDesk({
    views: () => market.assets,
    state: () => emptyMarketState,
    wake: (jobId) => void market.woken.push(jobId),
    nowMs: () => market.nowMs,
  });
  return { desk, market };
}

const ids = (assets: readonly AssetView[] | undefined) => assets?.map(({ assetId }) => assetId);

test("two jobs that ask at once never get one asset, and the one that waits is woken when it is free again", async () => {
  const asset = assetFixture();
  const { desk, market } = open([asset]);
  const [low, high] = await Promise.all([desk.place(want("low", 100n)), desk.place(want("high", 200n))]);
  expect([ids(low), ids(high)]).toEqual([undefined, ["1"]]);
  market.assets = [{ ...asset, availability: "leased" }];
  desk.done("high");
  expect(ids(await desk.place(want("third")))).toBeUndefined();
  market.assets = [{ ...asset }];
  // Somebody else's question makes the epoch that finds the asset free: whose turn it is stays who waited.
  expect(ids(await desk.place(want("third", 90n)))).toBeUndefined();
  expect(market.woken).toEqual(["low"]);
  expect(ids(await desk.place(want("low")))).toEqual(["1"]);
});

test("an asset chosen for a job that never comes back is given to another", async () => {
  const { desk, market } = open([assetFixture()]);
  expect(ids(await desk.place(want("gone")))).toEqual(["1"]);
  expect(ids(await desk.place(want("next")))).toBeUndefined();
  market.nowMs = 15_001;
  expect(ids(await desk.place(want("next")))).toEqual(["1"]);
});

test("of a crowd that wants the same, those past an epoch's list get their turn without anybody asking", async () => {
  const address = (id: number) => `0x${String(id).padStart(40, "0")}` as const;
  const assets = Array.from({ length: 100 }, (_, id) => assetFixture({ assetId: String(id), node: address(id) }));
  const { desk, market } = open(assets);
  const placed = await Promise.all(Array.from({ length: 90 }, (_, id) => desk.place(want(`j${id}`))));
  const first = placed.filter((each) => each !== undefined).length;
  await expect.poll(() => first + market.woken.length).toBe(90);
});
