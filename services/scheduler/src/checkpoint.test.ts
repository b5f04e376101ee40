import { quoteSchema } from "@gristmill/shared/api/quote";
import { artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { LocalAccount } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../test/testChain.ts";
import { testMarket } from "../test/testMarket.ts";
import { bringToMarket, TestNode } from "../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const nodes: TestNode[] = [];
const buyer = account(10);
const [one, two] = [account(2), account(3)];
const [firstKey, secondKey] = [account(5), account(6)];

beforeAll(async () => {
  market = await testMarket({ LOST_GRACE_MS: "2000" });
}, 120_000);
afterAll(async () => {
  for (const node of nodes) node.disconnect();
  await market?.stop();
});

async function online(key: LocalAccount, provider: LocalAccount, price: bigint): Promise<TestNode> {
  const node = new TestNode(market.chain, key, provider, `node-${price}`);
  await node.connect(market.url());
  nodes.push(node);
  await bringToMarket(market.chain, provider, key, `node-${price}`, price);
  return node;
}

/** Stores what a program saved, as its node does. */
async function save(node: TestNode, token: string, leaseId: LeaseId, text: string) {
  const stored = await fetch(`${market.url()}/v1/artifacts?lease=${leaseId}&as=checkpoint`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" },
    body: text,
  });
  expect(stored.status).toBe(201);
  const { sha256, bytes } = artifactSchema.parse(await stored.json());
  node.send({ type: "checkpoint", leaseId, sha256, bytes });
  return { sha256, bytes };
}

const fetchAs = (token: string, sha256: string, leaseId: LeaseId) =>
  fetch(`${market.url()}/v1/artifacts/${sha256}?lease=${leaseId}`, { headers: { authorization: `Bearer ${token}` } });

test("a lost machine's job goes on elsewhere from the last state that its program saved", async () => {
  const first = await online(firstKey, one, 100n);
  const second = await online(secondKey, two, 110n);
  await expect
    .poll(async () => (await market.assets()).map(({ availability }) => availability), { timeout: 20_000 })
    .toEqual(["free", "free"]);
  const image = `registry.example/job@sha256:${"ab".repeat(32)}`;
  const quote = quoteSchema.parse(
    await market.read("/v1/quotes", {
      buyer: buyer.address,
      workload: { image, maxSeconds: 600, checkpoint: { everySeconds: 5 } },
      failoverPriceCap: 200n,
    }),
  );
  await market.own(buyer, quote.jobId);
  await market.payVault(buyer, quote);
  const { terms, workload, requirements } = quote;
  expect((await market.call("/v1/jobs", { terms, workload, requirements })).status).toBe(201);

  const { leaseId, checkpoint } = await first.next("lease");
  expect(checkpoint).toBeUndefined();
  await first.start(leaseId);
  await market.jobWhen(quote.jobId, ({ status }) => status === "running");
  const [firstToken, secondToken] = [await market.signIn(firstKey), await market.signIn(secondKey)];
  const early = await save(first, firstToken, leaseId, "step 1");
  await market.jobWhen(quote.jobId, ({ checkpoints }) => checkpoints[0]?.sha256 === early.sha256);
  const late = await save(first, firstToken, leaseId, "step 2");
  const seen = await market.jobWhen(quote.jobId, ({ checkpoints }) => checkpoints[0]?.sha256 === late.sha256);
  expect(seen.checkpoints).toMatchObject([{ shard: 0, leaseId, bytes: 6 }]);
  // Content that no node stored as a state of this job is not one: its hash could be anybody's secret.
  first.send({ type: "checkpoint", leaseId, sha256: "0".repeat(64) as typeof late.sha256, bytes: 6 });
  // What a job's other machines saved is nobody's else.
  expect((await fetchAs(secondToken, late.sha256, leaseId)).status).toBe(403);

  first.disconnect();
  const next = await second.next("lease");
  expect(next.checkpoint).toEqual(late);
  const state = await fetchAs(secondToken, late.sha256, next.leaseId);
  expect([state.status, await state.text()]).toEqual([200, "step 2"]);
  // The state before it is nobody's any more, and goes with the next sweep.
  expect((await fetchAs(secondToken, early.sha256, next.leaseId)).status).toBe(404);

  await second.start(next.leaseId);
  await market.jobWhen(quote.jobId, ({ leases }) => leases[1]?.state === "started");
  const own = await save(second, secondToken, next.leaseId, "step 3");
  await market.jobWhen(quote.jobId, ({ checkpoints }) => checkpoints[0]?.sha256 === own.sha256);
  // The lost machine comes back: what it saves now must not take the place of what the other one does.
  await first.connect(market.url());
  await save(first, firstToken, leaseId, "a late step 2");
  first.send({ type: "log", leaseId, lines: [{ seq: 0, stream: "stdout", text: "after it", atMs: 0 }] });
  const logs = async () => (await market.call(`/v1/jobs/${quote.jobId}/logs`)).text();
  await expect.poll(logs, { timeout: 20_000 }).toContain("after it");
  const after = await market.jobWhen(quote.jobId, () => true);
  expect(after.checkpoints).toMatchObject([{ leaseId: next.leaseId, sha256: own.sha256 }]);
}, 120_000);
