import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import { termsForChain } from "@gristmill/shared/job/terms";
import { encodeFunctionData, type Hex, http, keccak256, parseGwei, parseTransaction, toHex } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account, type TestChain, testChain } from "../../../test/testChain.ts";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { testFence } from "../../../test/testFence.ts";
import { jobId, terms } from "../../domain/lifecycle/lifecycleFixture.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createSentStore, type SentStore } from "../db/sentStore.ts";
import { createMarketWallet } from "./marketWallet.ts";
import { createSender } from "./sender.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const scheduler = account(1);
let chain: TestChain;
let server: TestDatabase;
let database: Database;
let store: SentStore;

beforeAll(async () => {
  [chain, server] = await Promise.all([testChain(), testDatabase()]);
  await migrate(server.url);
  database = openDatabase(server.url);
  store = createSentStore(database);
}, 120_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
  await chain?.stop();
});

/** A scheduler process of its own on the one account. */
function process(outbidAfterMs = 60_000) {
  const publicClient = chain.publicClient as never;
  const wallet = createMarketWallet(scheduler, foundry, http(chain.rpcUrl), publicClient, store);
  const sender = createSender({ publicClient, wallet, address: scheduler.address, store, outbidAfterMs, log: silent });
  return { wallet, sender };
}

const jobOf = (index: number) => keccak256(toHex(`job ${index}`)) as JobId;
const harmless = { to: account(9).address, data: "0x" } as const;
const nonce = () => chain.publicClient.getTransactionCount({ address: scheduler.address });
const callAt = (at: number) => database.prisma.sentCall.findUnique({ where: { nonce: at } });
const mining = (on: boolean) => chain.testClient.setAutomine(on);

async function signed(at: number, fee = "5") {
  const raw = await scheduler.signTransaction({
    chainId: 31337,
    type: "eip1559",
    nonce: at,
    gas: 100_000n,
    maxFeePerGas: parseGwei(fee),
    maxPriorityFeePerGas: 1n,
    ...harmless,
  });
  return { hash: keccak256(raw), raw };
}

/** What a process that is killed between writing and sending leaves. */
const written = (verb: string, of: JobId = jobId, fee = "5") =>
  nonce().then((next) => store.keep(next, { verb, jobId: of }, (at) => signed(at, fee)));

describe("sender", () => {
  test("calls sent at once by several processes, the payment facilitator's among them, each get a nonce of their own", async () => {
    const before = await nonce();
    const processes = [process(), process(), process()];
    const hashes = await Promise.all(
      processes.flatMap(({ sender, wallet }, at) => [
        ...Array.from({ length: 5 }, (_, index) =>
          sender.send({ verb: "probe", jobId: jobOf(at * 10 + index), ...harmless }),
        ),
        ...Array.from({ length: 3 }, () => wallet.client.sendTransaction({ to: harmless.to, value: 1n } as never)),
      ]),
    );
    await Promise.all(
      hashes
        .filter((hash) => typeof hash === "string")
        .map((hash) => chain.publicClient.waitForTransactionReceipt({ hash: hash as Hex })),
    );
    expect(await nonce()).toBe(before + 24);
  });

  test("a call that would revert is not sent, and its error is named by its selector", async () => {
    const before = await nonce();
    const data = encodeFunctionData({ abi: escrowAbi, functionName: "reclaim", args: [termsForChain(terms)] });
    const failure = await process()
      .sender.send({ verb: "reclaim", jobId, to: chain.deployment.contracts.escrow, data })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BaseError);
    expect(failure).toMatchObject({ code: "not_found", details: { error: "JobUnknown" } });
    expect(await nonce()).toBe(before);
  });

  test("a call written down before a crash is sent after it, once, by whichever process is left", async () => {
    const lost = await written("assign");
    // The same verb is not sent a second time while the first may still be mined.
    await expect(process().sender.send({ verb: "assign", jobId, ...harmless })).rejects.toMatchObject({
      code: "chain_unavailable",
    });
    const { sender } = process();
    await sender.tend();
    await sender.tend();
    expect(await callAt(lost)).toMatchObject({ state: "mined" });
    const after = await nonce();
    await process().sender.tend();
    expect(await nonce()).toBe(after);
  });

  test("two processes that decide the same for a job at the same moment send it once", async () => {
    const before = await nonce();
    await mining(false);
    const sending = [process(), process(), process()].map(({ sender }) =>
      sender.send({ verb: "end", jobId, ...harmless }).then(
        () => "sent",
        (error: BaseError) => error.code,
      ),
    );
    await expect.poll(() => store.openOf(jobId, "end")).toHaveLength(1);
    await mining(true);
    await chain.testClient.mine({ blocks: 1 });
    expect((await Promise.all(sending)).sort()).toEqual(["chain_unavailable", "chain_unavailable", "sent"]);
    expect(await nonce()).toBe(before + 1);
  });

  test("a call that waits too long is outbid at the same nonce until it is mined, and counts once", async () => {
    await mining(false);
    const { sender } = process(0);
    const stuck = await written("settle", jobOf(50), "2");
    await sender.tend();
    await sender.tend();
    const call = await store.find(stuck);
    const fees = call?.attempts.map(({ raw }) => parseTransaction(raw).maxFeePerGas ?? 0n) ?? [];
    expect(fees).toHaveLength(3);
    expect(fees).toEqual(fees.toSorted((left, right) => (left < right ? -1 : 1)));
    expect(new Set(fees).size).toBe(3);
    await mining(true);
    await chain.testClient.mine({ blocks: 1 });
    await sender.tend();
    expect(await callAt(stuck)).toMatchObject({ state: "mined", minedHash: call?.attempts.at(-1)?.hash });
    expect(await nonce()).toBe(stuck + 1);
  });

  test("a call that no fee gets mined is taken back, so that those behind it go on and its task decides anew", async () => {
    await mining(false);
    const { sender } = process(0);
    const stuck = await written("release", jobOf(51));
    for (let look = 0; look < 6; look++) await sender.tend();
    await mining(true);
    await chain.testClient.mine({ blocks: 1 });
    await sender.tend();
    expect(await callAt(stuck)).toMatchObject({ state: "dropped" });
    await sender.send({ verb: "release", jobId: jobOf(51), ...harmless });
    expect(await nonce()).toBe(stuck + 2);
  });

  test("a nonce that something else used is given up, so that its task decides anew", async () => {
    await mining(false);
    const overtaken = await written("settle", jobOf(52));
    await mining(true);
    await chain.walletOf(scheduler).sendTransaction({ to: harmless.to, value: 3n, nonce: overtaken });
    await expect.poll(nonce).toBe(overtaken + 1);
    await process().sender.tend();
    expect(await callAt(overtaken)).toMatchObject({ state: "dropped" });
  });

  test("a decision is carried out once, and only by the process that owns it: a paused one that was replaced sends nothing", async () => {
    const fence = (await testFence(database, "jobs-0"))();
    const { sender } = process();
    const before = await nonce();
    const placement = { id: 7n, fence };
    await sender.send({ verb: "assign", jobId: jobOf(60), ...harmless, placement });
    await expect(sender.send({ verb: "assign", jobId: jobOf(60), ...harmless, placement })).rejects.toThrow(
      "under way",
    );
    await database.pool.query("UPDATE ownerships SET owner = 'other', token = token + 1 WHERE name = 'jobs-0'");
    const late = { id: 8n, fence };
    await expect(sender.send({ verb: "assign", jobId: jobOf(61), ...harmless, placement: late })).rejects.toThrow(
      "Another scheduler process",
    );
    expect(await nonce()).toBe(before + 1);
  });
});
