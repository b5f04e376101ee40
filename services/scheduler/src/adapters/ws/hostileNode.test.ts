import { registryAbi } from "@gristmill/shared/abi/registry";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { account } from "../../../test/testChain.ts";
import { testMarket } from "../../../test/testMarket.ts";
import { bringToMarket, TestNode } from "../../../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const provider = account(2);
const honest: { node?: TestNode } = {};
const anyLease = `0x${"09".repeat(32)}` as LeaseId;

beforeAll(async () => {
  market = await testMarket();
  honest.node = await admitted(5);
  await bringToMarket(market.chain, provider, account(5), "node-5", 100n);
}, 120_000);
afterAll(async () => {
  await market?.stop();
});

async function admitted(index: number): Promise<TestNode> {
  const node = new TestNode(market.chain, account(index), provider, `node-${index}`);
  await node.connect(market.url());
  node.beat();
  return node;
}

/** The market goes on for everybody else: the honest node is offered, and is answered. */
async function nothingElseSuffers(): Promise<void> {
  await expect.poll(() => market.assets()).toMatchObject([{ availability: "free" }]);
  expect(honest.node?.closed).toBe(false);
  expect((await fetch(`${market.url()}/healthz`)).ok).toBe(true);
}

const cutOff = (node: TestNode) => expect.poll(() => node.closed, { timeout: 15_000 }).toBe(true);

describe("a hostile node is cut off, and nothing else suffers", () => {
  test("whose frames have no MAC, another connection's, or none of this protocol", async () => {
    const beat = `{"type":"heartbeat","leases":[],"draining":false}`;
    const stranger = await admitted(6);
    for (const frame of [beat, Buffer.from(beat), stranger.session?.seal(beat) ?? "", Buffer.alloc(3)]) {
      const node = await admitted(7);
      node.sendFrame(frame);
      expect(await node.next("refused")).toMatchObject({ code: "handshake_refused" });
      await cutOff(node);
    }
    await nothingElseSuffers();
  });

  test("that sends frames above the limit, also before it proved a key", async () => {
    const node = await admitted(6);
    node.sendFrame(Buffer.alloc(1024 * 1024 + 1));
    await cutOff(node);
    const socket = new WebSocket(`${market.url().replace("http", "ws")}/v1/nodes/connect`);
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(`"${"x".repeat(200_000)}"`);
    await new Promise((resolve) => socket.once("close", resolve));
    await nothingElseSuffers();
  });

  test("whose log never ends, and whose beats come by the thousand", async () => {
    const flood = await admitted(6);
    const line = { seq: 0, stream: "stdout" as const, text: "x".repeat(8000), atMs: 1 };
    const word = { type: "log" as const, leaseId: anyLease, lines: Array.from({ length: 100 }, () => line) };
    for (let batch = 0; batch < 30; batch++) flood.send(word);
    await cutOff(flood);
    const beats = await admitted(6);
    for (let beat = 0; beat < 3000; beat++) beats.beat();
    await cutOff(beats);
    await nothingElseSuffers();
  });

  test("that speaks of leases that are not its own", async () => {
    const node = await admitted(6);
    node.send({ type: "phase", leaseId: anyLease, phase: "failed", detail: "lies" });
    expect(await node.next("refused")).toMatchObject({ code: "lease_refused" });
    await cutOff(node);
    await nothingElseSuffers();
  });

  test("whose key its provider revoked: it may not say one thing more", async () => {
    await bringToMarket(market.chain, provider, account(8), "node-8", 200n);
    await expect.poll(() => market.assets()).toHaveLength(2);
    const node = await admitted(8);
    const hash = await market.chain.walletOf(provider).writeContract({
      address: market.chain.deployment.contracts.registry,
      abi: registryAbi,
      functionName: "revokeNode",
      args: [account(8).address],
    });
    await market.chain.publicClient.waitForTransactionReceipt({ hash });
    await expect
      .poll(() => market.read(`/v1/providers/${provider.address}`))
      .toMatchObject({ nodes: expect.arrayContaining([expect.objectContaining({ state: "revoked" })]) });
    node.beat();
    expect(await node.next("refused")).toMatchObject({ code: "handshake_refused" });
    await cutOff(node);
    const again = new TestNode(market.chain, account(8), provider, "node-8");
    await again.connect(market.url(), { welcome: false });
    expect(await again.next("refused")).toMatchObject({ code: "handshake_refused" });
  });
});
