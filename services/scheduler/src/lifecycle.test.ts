import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { bringToMarket, TestNode } from "../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const provider = account(2);
const output = `0x${"cd".repeat(32)}` as const;
const nodes: TestNode[] = [];

beforeAll(async () => {
  market = await testMarket({ LOST_GRACE_MS: "2000" });
}, 120_000);
afterAll(async () => {
  for (const node of nodes) node.disconnect();
  await market?.stop();
});

async function online(index: number, price: bigint | undefined): Promise<TestNode> {
  const node = new TestNode(market.chain, account(index), provider, `node-${index}`);
  await node.connect(market.url());
  node.beat();
  nodes.push(node);
  if (price !== undefined) await bringToMarket(market.chain, provider, account(index), `node-${index}`, price);
  return node;
}

async function buy(buyerIndex: number, maxSeconds?: number) {
  const buyer = account(buyerIndex);
  await expect.poll(() => market.assets()).toContainEqual(expect.objectContaining({ availability: "free" }));
  const quote = await market.quote(buyer, maxSeconds);
  const order = { terms: quote.terms, workload: quote.workload, requirements: quote.requirements };
  await market.call("/v1/jobs", order);
  await market.payVault(buyer, quote);
  const paid = await market.call("/v1/jobs", order);
  expect(paid.status).toBe(201);
  return quote;
}

const moveTime = async (to: number) => {
  await market.chain.testClient.setNextBlockTimestamp({ timestamp: BigInt(to) });
  await market.chain.testClient.mine({ blocks: 1 });
};

describe("a job's life when things go wrong", () => {
  test("a node lost in the middle is paid for what it proved, and the same payment runs the job on another node", async () => {
    const first = await online(5, 100n);
    const quote = await buy(10);
    const { leaseId } = await first.next("lease");
    await first.start(leaseId);
    first.disconnect();
    await market.jobWhen(quote.jobId, ({ status, leases }) => status === "funded" && leases[0]?.reason === "node_lost");

    const second = await online(6, 100n);
    const again = await second.next("lease");
    await second.start(again.leaseId);
    await market.chain.testClient.increaseTime({ seconds: 3 });
    await second.captureAll(quote.terms, again.leaseId, 1, output);
    const job = await market.jobWhen(quote.jobId, ({ leases }) => leases[1]?.state === "closed");
    expect(job.money.deposited).toBe(quote.terms.cap);
    expect(job.leases.map((lease) => lease.billedSeconds)).toEqual([0, 1]);

    // The buyer never comes back: past the claim window the scheduler settles by itself, and the provider is paid.
    await moveTime(quote.terms.claimDeadline + 10);
    const settled = await market.jobWhen(quote.jobId, ({ status, money }) => status === "settled" && money.paid > 0n);
    const { deposited, paid, fees, refunded } = settled.money;
    expect({ paid, fees }).toEqual({ paid: 100n, fees: 2n });
    expect(paid + fees + refunded).toBe(deposited);
    second.disconnect();
  }, 60_000);

  test("settling early is refused with the chain's reason, and no money moves", async () => {
    const third = await online(7, 100n);
    const quote = await buy(11);
    const { leaseId } = await third.next("lease");
    const answer = await market.call(`/v1/jobs/${quote.jobId}/settle`, {});
    expect(answer.ok).toBe(false);
    expect(await answer.json()).toMatchObject({
      code: "transaction_reverted",
      detail: expect.stringContaining("TooEarly"),
    });

    // A restarted scheduler knows the job, its lease and its money, and goes on.
    await market.restart();
    const back = await online(7, undefined);
    expect((await back.next("lease")).leaseId).toBe(leaseId);
    await back.start(leaseId);
    await market.chain.testClient.increaseTime({ seconds: 3 });
    await back.captureAll(quote.terms, leaseId, 1, output);
    await market.jobWhen(quote.jobId, ({ status }) => status === "captured");
    back.disconnect();
    third.disconnect();
  }, 60_000);

  test("a job that no node can run says so and gives everything back", async () => {
    const fourth = await online(8, 100n);
    const quote = await buy(12);
    const { leaseId } = await fourth.next("lease");
    fourth.disconnect();
    const waiting = await market.jobWhen(quote.jobId, ({ detail }) => detail.startsWith("Waiting for a node"));
    expect(waiting.leases.map((lease) => [lease.leaseId, lease.reason])).toEqual([[leaseId, "never_started"]]);
    await moveTime(quote.terms.claimDeadline + 10);
    const refunded = await market.jobWhen(quote.jobId, ({ status }) => status === "refunded");
    expect(refunded.money.refunded).toBe(quote.terms.cap);
  }, 60_000);
});

test("the process starts with one line, and ends cleanly within five seconds of SIGTERM", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env.PATH, ...market.environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<string>((resolve) => lines.once("line", resolve));
  const { listening } = JSON.parse(first) as { listening: string };
  expect((await fetch(`${listening}/readyz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("a bad setting ends the start with its name", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { PATH: process.env.PATH, ...market.environment, PORT: "eighty" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(1);
  expect(said).toContain("PORT must be a whole number");
});
