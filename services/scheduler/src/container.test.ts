import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestChain, testChain } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { parseConfig } from "./config.ts";
import { startScheduler } from "./container.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
let other: TestChain;
beforeAll(async () => {
  market = await testMarket();
  // A development chain's first block tells only the second it was started in.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  other = await testChain();
}, 120_000);
afterAll(async () => {
  await other?.stop();
  await market?.stop();
});

test("a database of one chain is refused by a market on the next, though its contracts have the same addresses", async () => {
  const { MARKET_FILE, DATA_DIR } = market.environment;
  const elsewhere = join(DATA_DIR, "elsewhere.json");
  const described = { ...JSON.parse(readFileSync(MARKET_FILE, "utf8")), rpcUrl: other.rpcUrl };
  expect(other.deployment.contracts).toEqual(described.contracts);
  writeFileSync(elsewhere, JSON.stringify(described));
  const config = parseConfig({ ...market.environment, MARKET_FILE: elsewhere });
  await expect(startScheduler(config)).rejects.toThrow(/DATABASE_URL names belongs to another market/);
  // Its own market goes on with it.
  await market.restart();
  expect((await market.call("/readyz")).status).toBe(200);
});
