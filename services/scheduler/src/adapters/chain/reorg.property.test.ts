import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account, type TestChain, testChain } from "../../../test/testChain.ts";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { testFence } from "../../../test/testFence.ts";
import { bringToMarket } from "../../../test/testNode.ts";
import { createChainStore } from "../db/chainStore.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createChainClock } from "./chainClock.ts";
import { createIndexer, type Indexer } from "./indexer.ts";

const ROUNDS = Number(process.env.TEST_REORG_ROUNDS ?? 25);
const MAX_DEPTH = 40;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const provider = account(2);
let chain: TestChain;
const servers: TestDatabase[] = [];
const assetIds: bigint[] = [];
/** Nothing below is taken back: the assets themselves would be gone. */
let base = 0;
const height = async () => Number(await chain.publicClient.getBlockNumber({ cacheTime: 0 }));

beforeAll(async () => {
  chain = await testChain();
  for (let index = 5; index < 8; index++) {
    assetIds.push(await bringToMarket(chain, provider, account(index), `node-${index}`, 100n));
  }
  base = await height();
  // Room for deep ones from the first round on.
  await chain.testClient.mine({ blocks: MAX_DEPTH });
}, 120_000);
afterAll(async () => {
  for (const server of servers) await server.drop();
  await chain?.stop();
});

async function database(): Promise<Database> {
  const server = await testDatabase();
  servers.push(server);
  await migrate(server.url);
  return openDatabase(server.url);
}

async function indexerOn(from: Database, writes: boolean): Promise<Indexer> {
  const publicClient = chain.publicClient as never;
  const indexer = createIndexer({
    publicClient,
    contracts: chain.deployment.contracts,
    startBlock: 0n,
    store: createChainStore(from),
    fence: writes ? await testFence(from) : () => undefined,
    clock: createChainClock(publicClient, Date.now),
    tasksOf: () => [],
    onChange: () => undefined,
    log: silent,
  });
  await indexer.open();
  return indexer;
}

/** Everything that the index keeps, as rows. Blocks without a log are kept or not by when they were read. */
async function rows({ prisma }: Database) {
  const logs = await prisma.chainLog.findMany({ orderBy: [{ blockNumber: "asc" }, { logIndex: "asc" }] });
  const transactions = await prisma.chainTransaction.findMany({ orderBy: { hash: "asc" } });
  const blocks = await prisma.chainBlock.findMany({ where: { hash: { in: logs.map(({ blockHash }) => blockHash) } } });
  return { logs, transactions, blocks: blocks.sort((left, right) => Number(left.number - right.number)) };
}

/** Work on chain that changes the index: a price, or a listing taken back and made anew. */
async function act(kind: number, price: number): Promise<void> {
  const wallet = chain.walletOf(provider);
  const market = { address: chain.deployment.contracts.market, abi: marketplaceAbi } as const;
  const assetId = assetIds[price % assetIds.length] ?? 1n;
  const { timestamp } = await chain.publicClient.getBlock();
  const terms = [assetId, chain.deployment.contracts.token, BigInt(price), 1, 3600, timestamp + 1_000_000n] as const;
  const call =
    kind === 0
      ? wallet.writeContract({ ...market, functionName: "reprice", args: [assetId, BigInt(price)] })
      : kind === 1
        ? wallet.writeContract({ ...market, functionName: "unlist", args: [assetId] })
        : wallet.writeContract({ ...market, functionName: "list", args: terms });
  // What the present state of the chain refuses changes nothing.
  const hash = await call.catch(() => undefined);
  if (hash !== undefined) await chain.publicClient.waitForTransactionReceipt({ hash });
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.nat(2), price: fc.integer({ min: 1, max: 1000 }) }) },
  { weight: 2, arbitrary: fc.record({ reorg: fc.integer({ min: 1, max: MAX_DEPTH }) }) },
  { weight: 3, arbitrary: fc.record({ poll: fc.constantFrom("writer", "reader", "both") }) },
  { weight: 1, arbitrary: fc.record({ empty: fc.integer({ min: 1, max: 5 }) }) },
);

test("after any reorganisations the database is the one that a fresh index makes, and every process tells the same", async () => {
  const kept = await database();
  let writer = await indexerOn(kept, true);
  const reader = await indexerOn(kept, false);
  let rolledBack = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), fc.boolean(), async (steps, restart) => {
      for (const next of steps) {
        if ("kind" in next) await act(next.kind, next.price);
        else if ("reorg" in next) {
          const depth = Math.min(next.reorg, (await height()) - base);
          if (depth > 0) {
            await chain.testClient.request({ method: "anvil_reorg", params: [depth, []] } as never);
            rolledBack += 1;
          }
        } else if ("empty" in next) await chain.testClient.mine({ blocks: next.empty });
        else {
          if (next.poll !== "reader") await writer.poll();
          if (next.poll !== "writer") await reader.poll();
        }
      }
      if (restart) writer = await indexerOn(kept, true);
      await writer.poll();
      await reader.poll();
      const other = await database();
      const fresh = await indexerOn(other, true);
      expect(writer.state()).toEqual(fresh.state());
      expect(reader.state()).toEqual(fresh.state());
      expect(await rows(kept)).toEqual(await rows(other));
      await other.close();
      await servers.pop()?.drop();
    }),
    { numRuns: ROUNDS, endOnFailure: true },
  );
  expect(rolledBack).toBeGreaterThan(0);
  await kept.close();
}, 300_000);
