import { afterAll, beforeAll, expect, test } from "vitest";
import { type SchedulerProcess, startSchedulerProcess } from "../test/schedulerProcess.ts";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { bringToMarket, TestNode } from "../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const others: SchedulerProcess[] = [];
const provider = account(2);

beforeAll(async () => {
  market = await testMarket();
  others.push(await startSchedulerProcess(market.environment), await startSchedulerProcess(market.environment));
}, 120_000);
afterAll(async () => {
  for (const other of others) await other.kill();
  await market?.stop();
});

async function buy(index: number) {
  const buyer = account(index);
  const quote = await market.quote(buyer);
  const { terms, workload, requirements } = quote;
  await market.call("/v1/jobs", { terms, workload, requirements });
  await market.payVault(buyer, quote);
  expect((await market.call("/v1/jobs", { terms, workload, requirements })).status).toBe(201);
  return quote;
}

const tokens = async () => {
  const { rows } = await market.database.query("SELECT name, owner, token FROM ownerships ORDER BY name");
  return rows as { name: string; owner: string; token: string }[];
};

test("nodes and buyers connect to any process, and a job of one process runs on a node of another", async () => {
  await expect.poll(async () => new Set((await tokens()).map(({ owner }) => owner)).size, { timeout: 15_000 }).toBe(3);
  const node = new TestNode(market.chain, account(5), provider, "node-5");
  await node.connect(others[0]?.url ?? "");
  await bringToMarket(market.chain, provider, account(5), "node-5", 100n);
  await expect.poll(() => market.assets(), { timeout: 15_000 }).toMatchObject([{ availability: "free" }]);
  const quote = await buy(6);
  const { leaseId } = await node.next("lease");
  await node.start(leaseId);
  await market.chain.testClient.increaseTime({ seconds: 3 });
  await node.captureAll(quote.terms, leaseId, 1, `0x${"cd".repeat(32)}`);
  await market.jobWhen(quote.jobId, ({ status }) => status === "captured");
  node.disconnect();
}, 60_000);

test("when processes are killed the ones left take over, and every job is assigned once", async () => {
  const node = new TestNode(market.chain, account(8), provider, "node-8");
  await node.connect(market.url());
  await bringToMarket(market.chain, provider, account(8), "node-8", 50n);
  await expect
    .poll(() => market.assets(), { timeout: 15_000 })
    .toContainEqual(expect.objectContaining({ node: account(8).address, availability: "free" }));
  const before = await tokens();
  await Promise.all(others.map((other) => other.kill()));
  const quote = await buy(9);
  await node.next("lease");
  const job = await market.jobWhen(quote.jobId, ({ status }) => status === "placed");
  expect(job.leases).toHaveLength(1);
  await expect.poll(async () => new Set((await tokens()).map(({ owner }) => owner)).size, { timeout: 15_000 }).toBe(1);
  const after = await tokens();
  for (const { name, owner, token } of before) {
    const now = after.find((row) => row.name === name);
    // A change of owner is a higher token; what stayed, stayed.
    if (now?.owner !== owner) expect(BigInt(now?.token ?? 0)).toBeGreaterThan(BigInt(token));
  }
  node.disconnect();
}, 60_000);
