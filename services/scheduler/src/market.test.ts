import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { providerViewSchema } from "@gristmill/shared/api/views";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { bringToMarket, TestNode } from "../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const provider = account(2);
const nodeKey = account(5);
const buyer = account(6);

beforeAll(async () => {
  market = await testMarket();
}, 120_000);
afterAll(() => market?.stop());

test("a paid job is placed, run, captured, accepted and settled, and every unit of the payment is accounted for", async () => {
  const node = new TestNode(market.chain, nodeKey, provider, "mill-one");
  await node.connect(market.url());
  node.beat();
  await bringToMarket(market.chain, provider, nodeKey, "mill-one", 100n);
  await expect.poll(() => market.assets()).toMatchObject([{ availability: "free" }]);

  const quote = await market.quote(buyer);
  const unpaid = await market.call("/v1/jobs", quoteOrder(quote));
  expect(unpaid.status).toBe(402);
  await market.payVault(buyer, quote);
  const paid = await market.call("/v1/jobs", quoteOrder(quote));
  expect(paid.status).toBe(201);

  const { leaseId } = await node.next("lease");
  node.send({ type: "phase", leaseId, phase: "pulling", detail: "Pulling the image." });
  await node.start(leaseId);
  node.send({ type: "phase", leaseId, phase: "running", detail: "It runs.", executor: "docker" });
  node.send({
    type: "log",
    leaseId,
    lines: [{ seq: 0, stream: "stdout", text: "hello", atMs: 1 }],
  });
  // The chain bills no second that has not passed.
  await market.chain.testClient.increaseTime({ seconds: 2 });
  const output = `0x${"cd".repeat(32)}` as const;
  await node.captureAll(quote.terms, leaseId, 1, output);

  const captured = await market.jobWhen(quote.jobId, (job) => job.status === "captured");
  expect(captured.timeline.map((entry) => entry.status)).toEqual([
    "funded",
    "placed",
    "pulling",
    "running",
    "captured",
  ]);
  expect(captured.spent).toBe(102n);
  expect(captured.leases[0]).toMatchObject({
    executor: "docker",
    simulatedGpu: true,
    billedSeconds: 1,
    meteredSeconds: 1,
  });
  expect(captured.receipts[0]).toMatchObject({ amount: 100n, fee: 2n, output, last: true });
  expect(captured.notary.who).toBe("scheduler");

  const wrong = await market.call(`/v1/jobs/${quote.jobId}/acceptance`, {
    spent: 101n,
    signature: await market.signAcceptance(buyer, quote.jobId, 101n),
  });
  expect(await wrong.json()).toMatchObject({ code: "acceptance_invalid", errors: [{ field: "spent" }] });
  const stranger = await market.call(`/v1/jobs/${quote.jobId}/acceptance`, {
    spent: 102n,
    signature: await market.signAcceptance(provider, quote.jobId, 102n),
  });
  expect(await stranger.json()).toMatchObject({ code: "acceptance_invalid", errors: [{ field: "signature" }] });
  const accepted = await market.call(`/v1/jobs/${quote.jobId}/acceptance`, {
    spent: 102n,
    signature: await market.signAcceptance(buyer, quote.jobId, 102n),
  });
  expect(accepted.status).toBeLessThan(300);

  // Last of all the lease's stake is unlocked and its earnings count as reputation, without anybody asking.
  const settled = await market.jobWhen(
    quote.jobId,
    (job) => job.money.paid > 0n && job.transactions.some((item) => item.verb === "finish"),
  );
  expect(settled.status).toBe("settled");
  const { deposited, paid: toProvider, fees, refunded, booked, reserved } = settled.money;
  expect({ toProvider, fees, booked, reserved }).toEqual({ toProvider: 100n, fees: 2n, booked: 0n, reserved: 0n });
  expect(toProvider + fees + refunded).toBe(deposited);
  expect(settled.receipts[0]?.proveMs).toBe(1234);
  expect(settled.transactions.map((item) => item.verb)).toEqual([
    "pay",
    "sweep",
    "assign",
    "start",
    "capture",
    "accept",
    "settle",
    "release",
    "finish",
  ]);
  const token = { address: market.chain.deployment.contracts.token, abi: testDollarAbi } as const;
  const balance = await market.chain.publicClient.readContract({
    ...token,
    functionName: "balanceOf",
    args: [buyer.address],
  });
  expect(balance).toBe(refunded);
  // A node that beats is shown as online: on a slow machine the first beat may be long ago.
  node.beat();
  const view = async () => providerViewSchema.parse(await market.read(`/v1/providers/${provider.address}`));
  await expect
    .poll(async () => (await view()).nodes[0], { timeout: 10_000 })
    .toMatchObject({ state: "paired", online: true, assetId: "1" });
  expect((await view()).earnings).toEqual({ withdrawable: 100n, pending: 0n, total: 100n });
  node.disconnect();
});

function quoteOrder({ terms, workload, requirements }: Awaited<ReturnType<typeof market.quote>>) {
  return { terms, workload, requirements };
}
