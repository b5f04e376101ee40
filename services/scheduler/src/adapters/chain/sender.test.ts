import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { termsForChain } from "@gristmill/shared/job/terms";
import { encodeFunctionData, http, keccak256, parseGwei } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account, type TestChain, testChain } from "../../../test/testChain.ts";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { jobId, terms } from "../../domain/lifecycle/lifecycleFixture.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createSentStore, type SentStore } from "../db/sentStore.ts";
import { createMarketWallet, type MarketWallet } from "./marketWallet.ts";
import { createSender, type Sender } from "./sender.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const scheduler = account(1);
let chain: TestChain;
let server: TestDatabase;
let database: Database;
let store: SentStore;
let wallet: MarketWallet;
let sender: Sender;

beforeAll(async () => {
  [chain, server] = await Promise.all([testChain(), testDatabase()]);
  await migrate(server.url);
  database = openDatabase(server.url);
  store = createSentStore(database);
  const publicClient = chain.publicClient as never;
  wallet = createMarketWallet(scheduler, foundry, http(chain.rpcUrl), publicClient);
  sender = createSender({ publicClient, wallet, address: scheduler.address, store, log: silent });
}, 120_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
  await chain?.stop();
});

const harmless = { to: account(9).address, data: "0x" } as const;
const nonce = () => chain.publicClient.getTransactionCount({ address: scheduler.address });
const stateOf = async (hash: string) => (await database.prisma.sentTransaction.findUnique({ where: { hash } }))?.state;

async function signed(at: number) {
  const raw = await scheduler.signTransaction({
    chainId: 31337,
    type: "eip1559",
    nonce: at,
    gas: 100_000n,
    maxFeePerGas: parseGwei("5"),
    maxPriorityFeePerGas: 1n,
    ...harmless,
  });
  return { hash: keccak256(raw), nonce: at, raw };
}

describe("sender", () => {
  test("transactions sent at once, the payment facilitator's among them, each get a nonce of their own", async () => {
    const before = await nonce();
    await Promise.all([
      ...Array.from({ length: 4 }, (_, index) => sender.send({ verb: `probe ${index}`, jobId, ...harmless })),
      ...Array.from({ length: 4 }, () => wallet.client.sendTransaction({ to: harmless.to, value: 1n } as never)),
    ]);
    expect(await nonce()).toBe(before + 8);
  });

  test("a call that would revert is not sent, and its error is named by its selector", async () => {
    const before = await nonce();
    const data = encodeFunctionData({ abi: escrowAbi, functionName: "reclaim", args: [termsForChain(terms)] });
    const failure = await sender
      .send({ verb: "reclaim", jobId, to: chain.deployment.contracts.escrow, data })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BaseError);
    expect(failure).toMatchObject({ code: "not_found", details: { error: "JobUnknown" } });
    expect(await nonce()).toBe(before);
  });

  test("a transaction written down before a crash is sent after it, once", async () => {
    const lost = await signed(await nonce());
    await store.keep({ ...lost, verb: "assign", jobId });
    // The same verb is not sent a second time while the first may still be mined.
    await expect(sender.send({ verb: "assign", jobId, ...harmless })).rejects.toMatchObject({
      code: "chain_unavailable",
    });
    await sender.recover();
    expect(await stateOf(lost.hash)).toBe("mined");
    const after = await nonce();
    await sender.recover();
    expect(await nonce()).toBe(after);
  });

  test("a transaction whose nonce was used by another is given up, so that its task decides anew", async () => {
    // Of the first probes, which had another price.
    const overtaken = await signed((await nonce()) - 2);
    await store.keep({ ...overtaken, verb: "settle", jobId });
    await sender.recover();
    expect(await stateOf(overtaken.hash)).toBe("dropped");
  });
});
