import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { http, type LocalAccount, zeroAddress } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account, type TestChain, testChain } from "../../../test/testChain.ts";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { bringToMarket } from "../../../test/testNode.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createSentStore } from "../db/sentStore.ts";
import { createMarketWallet } from "./marketWallet.ts";
import { createSeedKeeper } from "./seedKeeper.ts";

const scheduler = account(1);
const provider = account(2);
const USD = 1_000_000n;
const warnings: unknown[] = [];
let chain: TestChain;
let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  [chain, server] = await Promise.all([testChain(), testDatabase()]);
  await migrate(server.url);
  database = openDatabase(server.url);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
  await chain?.stop();
});

function keeper() {
  const publicClient = chain.publicClient as never;
  const wallet = createMarketWallet(scheduler, foundry, http(chain.rpcUrl), publicClient, createSentStore(database));
  return createSeedKeeper({
    publicClient,
    contracts: chain.deployment.contracts,
    wallet,
    address: scheduler.address,
    log: { info: () => undefined, warn: (fields) => void warnings.push(fields), error: () => undefined },
  });
}

const attestations = () =>
  ({ address: chain.deployment.contracts.attestations ?? zeroAddress, abi: attestationsAbi }) as const;
const requestOf = (id: bigint) =>
  chain.publicClient.readContract({ ...attestations(), functionName: "requestOf", args: [id] });

async function write(from: LocalAccount, request: object): Promise<void> {
  const hash = await chain.walletOf(from).writeContract(request as never);
  await chain.publicClient.waitForTransactionReceipt({ hash });
}

async function approve(from: LocalAccount, amount: bigint): Promise<void> {
  const token = { address: chain.deployment.contracts.token, abi: testDollarAbi };
  await write(from, { ...token, functionName: "mint", args: [from.address, amount] });
  await write(from, { ...token, functionName: "approve", args: [attestations().address, amount] });
}

test("a measurement that an owner paid for gets its panel though nobody else calls, by several schedulers once", async () => {
  const assetId = await bringToMarket(chain, provider, account(5), "mill-one", 100n);
  await approve(provider, 100n * USD);
  await write(provider, { ...attestations(), functionName: "request", args: [assetId] });

  // Its block does not exist yet: there is nothing to keep.
  await keeper().look();
  expect(BigInt((await requestOf(1n)).seed)).toBe(0n);
  await chain.testClient.mine({ blocks: 3 });
  await keeper().look();
  const { seed } = await requestOf(1n);
  expect(BigInt(seed)).not.toBe(0n);
  const nonce = await chain.publicClient.getTransactionCount({ address: scheduler.address });
  await keeper().look();
  expect(await chain.publicClient.getTransactionCount({ address: scheduler.address })).toBe(nonce);
  expect((await requestOf(1n)).seed).toBe(seed);
  expect(warnings).toEqual([]);
});
