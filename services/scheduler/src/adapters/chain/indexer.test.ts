import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account, type TestChain, testChain } from "../../../test/testChain.ts";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { testFence } from "../../../test/testFence.ts";
import { bringToMarket } from "../../../test/testNode.ts";
import { createChainStore } from "../db/chainStore.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createChainClock } from "./chainClock.ts";
import { createIndexer, type Indexer } from "./indexer.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let chain: TestChain;
let server: TestDatabase;
let database: Database;
let assetId: bigint;
const provider = account(2);

beforeAll(async () => {
  [chain, server] = await Promise.all([testChain(), testDatabase()]);
  await migrate(server.url);
  database = openDatabase(server.url);
  assetId = await bringToMarket(chain, provider, account(5), "mill", 100n);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
  await chain?.stop();
});

async function opened(from: Database, rolledBack: boolean[] = []): Promise<Indexer> {
  const publicClient = chain.publicClient as never;
  const indexer = createIndexer({
    publicClient,
    contracts: chain.deployment.contracts,
    startBlock: 0n,
    store: createChainStore(from),
    fence: await testFence(from),
    clock: createChainClock(publicClient, Date.now),
    tasksOf: () => [],
    onChange: (_, back) => rolledBack.push(back),
    log: silent,
  });
  await indexer.open();
  return indexer;
}

async function reprice(price: bigint): Promise<Hex> {
  const hash = await chain.walletOf(provider).writeContract({
    address: chain.deployment.contracts.market,
    abi: marketplaceAbi,
    functionName: "reprice",
    args: [assetId, price],
  });
  await chain.publicClient.waitForTransactionReceipt({ hash });
  return hash;
}

const priceIn = (indexer: Indexer) => indexer.state().assets.get(assetId.toString())?.listing?.pricePerSecond;

/** What an indexer that never saw the other branch says. */
async function fresh(): Promise<Indexer> {
  const own = await testDatabase();
  await migrate(own.url);
  const db = openDatabase(own.url);
  const indexer = await opened(db);
  await db.close();
  await own.drop();
  return indexer;
}

describe("indexer", () => {
  test("a price that a reorganised chain took back is not charged: the index equals a fresh one", async () => {
    const rolledBack: boolean[] = [];
    const indexer = await opened(database, rolledBack);
    expect(priceIn(indexer)).toBe(100n);
    await reprice(200n);
    await reprice(300n);
    await indexer.poll();
    expect(priceIn(indexer)).toBe(300n);

    // The last two blocks are replaced: the price changes are gone.
    await chain.testClient.request({ method: "anvil_reorg", params: [2, []] } as never);
    await indexer.poll();
    expect(rolledBack.at(-1)).toBe(true);
    expect(priceIn(indexer)).toBe(100n);
    expect(indexer.state()).toEqual((await fresh()).state());

    await reprice(400n);
    await indexer.poll();
    expect(priceIn(indexer)).toBe(400n);
    expect(indexer.state()).toEqual((await fresh()).state());
  });

  test("a restart goes on from what is kept, a reorganisation during the pause included", async () => {
    await reprice(500n);
    expect(priceIn(await opened(database))).toBe(500n);
    await chain.testClient.request({ method: "anvil_reorg", params: [1, []] } as never);
    const indexer = await opened(database);
    expect(priceIn(indexer)).toBe(400n);
    expect(indexer.state()).toEqual((await fresh()).state());
  });

  test("a shorter chain, as after a restored backup, is followed too", async () => {
    const snapshot = await chain.testClient.snapshot();
    await reprice(600n);
    await reprice(700n);
    const indexer = await opened(database);
    expect(priceIn(indexer)).toBe(700n);
    await chain.testClient.revert({ id: snapshot });
    await indexer.poll();
    expect(priceIn(indexer)).toBe(400n);
  });
});
