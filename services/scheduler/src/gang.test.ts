import { quoteSchema } from "@gristmill/shared/api/quote";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { bringToMarket, TestNode } from "../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const nodes: TestNode[] = [];
const buyer = account(10);
/** Of a second provider, and a third one. */
const [one, two, three] = [account(2), account(3), account(4)];
const output = (shard: number) => `0x${String(shard).repeat(64)}` as const;

beforeAll(async () => {
  market = await testMarket({ LOST_GRACE_MS: "2000" });
}, 120_000);
afterAll(async () => {
  for (const node of nodes) node.disconnect();
  await market?.stop();
});

async function online(index: number, provider: typeof one, price: bigint): Promise<TestNode> {
  const node = new TestNode(market.chain, account(index), provider, `node-${index}`);
  await node.connect(market.url());
  node.beat();
  nodes.push(node);
  await bringToMarket(market.chain, provider, account(index), `node-${index}`, price);
  return node;
}

const free = async (count: number) =>
  expect
    .poll(async () => (await market.assets()).map(({ availability }) => availability), { timeout: 20_000 })
    .toEqual(Array.from({ length: count }, () => "free"));

async function quoteFor(requirements: object) {
  const image = `registry.example/job@sha256:${"ab".repeat(32)}`;
  const body = { buyer: buyer.address, workload: { image, maxSeconds: 60 }, requirements };
  return quoteSchema.parse(await market.read("/v1/quotes", body));
}

test("a job in two parts is assigned in one step to two providers; a lost part goes on on a third, and every unit is accounted for", async () => {
  const first = await online(5, one, 100n);
  await free(1);
  // Half of a gang waits for nobody: nothing is charged, nobody is held.
  const refused = await market.call("/v1/quotes", {
    buyer: buyer.address,
    workload: { image: `registry.example/job@sha256:${"ab".repeat(32)}`, maxSeconds: 60 },
    requirements: { gangSize: 2 },
  });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ errors: [{ field: "requirements.gangSize" }] });

  const second = await online(6, two, 120n);
  await free(2);
  const quote = await quoteFor({ gangSize: 2, apart: "provider" });
  await market.own(buyer, quote.jobId);
  expect(quote.terms.cap).toBe(2n * (120n * 60n + 180n));
  const { terms, workload, requirements } = quote;
  const order = { terms, workload, requirements };
  expect((await market.call("/v1/jobs", order)).status).toBe(402);
  await market.payVault(buyer, quote);
  expect((await market.call("/v1/jobs", order)).status).toBe(201);

  const [mine, theirs] = await Promise.all([first.next("lease"), second.next("lease")]);
  expect([mine.shard, theirs.shard]).toEqual([
    { index: 0, count: 2 },
    { index: 1, count: 2 },
  ]);
  const placed = await market.jobWhen(quote.jobId, ({ leases }) => leases.length === 2);
  expect(placed.transactions.filter(({ verb }) => verb === "assignGang")).toHaveLength(1);
  await first.start(mine.leaseId);
  await second.start(theirs.leaseId);
  await market.jobWhen(quote.jobId, ({ status }) => status === "running");

  // The other two nodes are free, one of them of a provider that has a part already.
  const sameProvider = await online(7, one, 100n);
  const third = await online(8, three, 110n);
  second.disconnect();
  const again = await third.next("lease");
  expect(again.shard).toEqual({ index: 1, count: 2 });
  expect(sameProvider.received.filter(({ type }) => type === "lease")).toEqual([]);
  await third.start(again.leaseId);
  await market.chain.testClient.increaseTime({ seconds: 3 });
  await first.captureAll(terms, mine.leaseId, 1, output(1));
  const half = await market.jobWhen(quote.jobId, ({ leases }) => leases[0]?.state === "closed");
  expect(half.status).toBe("running");
  await third.captureAll(terms, again.leaseId, 1, output(2));

  const captured = await market.jobWhen(quote.jobId, ({ status }) => status === "captured");
  expect(captured.shards).toBe(2);
  expect(captured.leases.map(({ shard, reason, endedBy, charged }) => [shard, reason, endedBy, charged])).toEqual([
    [0, "completed", "nobody", 102n],
    [1, "node_lost", "provider", 0n],
    [1, "completed", "nobody", 112n],
  ]);
  expect(captured.receipts.map((receipt) => [receipt.amount, receipt.output])).toEqual([
    [100n, output(1)],
    [110n, output(2)],
  ]);
  await market.chain.testClient.setNextBlockTimestamp({ timestamp: BigInt(terms.claimDeadline + 10) });
  await market.chain.testClient.mine({ blocks: 1 });
  const settled = await market.jobWhen(quote.jobId, ({ status, money }) => status === "settled" && money.paid === 210n);
  const { deposited, paid, fees, refunded, booked, reserved } = settled.money;
  expect({ paid, fees, booked, reserved }).toEqual({ paid: 210n, fees: 4n, booked: 0n, reserved: 0n });
  expect(deposited).toBe(terms.cap);
  expect(paid + fees + refunded).toBe(deposited);
}, 120_000);
