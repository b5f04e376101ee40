import { searchResultSchema } from "@gristmill/shared/api/search";
import { expect, vi } from "vitest";
import { account } from "./testChain.ts";
import type { testMarket } from "./testMarket.ts";
import { bringToMarket, TestNode } from "./testNode.ts";

/** Brings one machine of account 2 to the market, at 100 a second, and waits until a job can be placed on it. */
export async function oneFreeMachine(market: Awaited<ReturnType<typeof testMarket>>): Promise<TestNode> {
  const node = new TestNode(market.chain, account(5), account(2), "mill-one");
  await node.connect(market.url());
  node.beat();
  await bringToMarket(market.chain, account(2), account(5), "mill-one", 100n);
  await vi.waitFor(async () => {
    const { items } = searchResultSchema.parse(await market.read("/v1/assets"));
    expect(items).toMatchObject([{ availability: "free" }]);
  }, 120_000);
  return node;
}
