import type { LeaseId } from "@gristmill/shared/ids/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { account } from "../../../test/testChain.ts";
import { testMarket } from "../../../test/testMarket.ts";
import { bringToMarket, TestNode } from "../../../test/testNode.ts";

let market: Awaited<ReturnType<typeof testMarket>>;
const provider = account(2);

beforeAll(async () => {
  market = await testMarket({ LOST_GRACE_MS: "2000" });
}, 120_000);
afterAll(() => market?.stop());

const nodeOf = (index: number) => new TestNode(market.chain, account(index), provider, `node-${index}`);
const admitted = async (index: number) => {
  const node = nodeOf(index);
  await node.connect(market.url());
  return node;
};

describe("nodes' WebSocket", () => {
  test("a node without the key cannot speak as it", async () => {
    const node = nodeOf(5);
    await node.connect(market.url(), { signer: account(6), welcome: false });
    expect(await node.next("refused")).toMatchObject({ code: "handshake_refused" });
    await expect.poll(() => node.closed).toBe(true);
  });

  test("a heartbeat that was recorded and played again is refused", async () => {
    const node = await admitted(5);
    node.beat();
    const recorded = node.session?.seal(`{"type":"heartbeat","leases":[],"draining":false}`) ?? "";
    node.sendFrame(recorded);
    node.sendFrame(recorded);
    expect(await node.next("refused")).toMatchObject({ code: "handshake_refused" });
    // Nor does it count on a new connection of the same node.
    const again = await admitted(5);
    again.sendFrame(recorded);
    expect(await again.next("refused")).toMatchObject({ code: "handshake_refused" });
  });

  test("a frame that is too big, no JSON, or no message of the protocol ends the connection", async () => {
    for (const text of ["{", `{"type":"heartbeat","counter":-1}`, `{"type":"reboot"}`]) {
      const node = await admitted(5);
      node.sendText(text);
      expect(await node.next("refused")).toMatchObject({ code: "invalid_request" });
    }
    const node = await admitted(5);
    node.sendText(`"${"x".repeat(1024 * 1024)}"`);
    await expect.poll(() => node.closed).toBe(true);
  });

  test("another node cannot write into a job's log, stop its ticks, or claim its phases", async () => {
    const buyer = account(7);
    await bringToMarket(market.chain, provider, account(5), "node-5", 100n);
    const owner = await admitted(5);
    owner.beat();
    await expect.poll(() => market.assets()).toMatchObject([{ availability: "free" }]);
    const quote = await market.quote(buyer);
    const order = { terms: quote.terms, workload: quote.workload, requirements: quote.requirements };
    await market.call("/v1/jobs", order);
    await market.payVault(buyer, quote);
    await market.call("/v1/jobs", order);
    const { leaseId } = await owner.next("lease");

    const line = { seq: 0, stream: "stdout" as const, text: "not mine", atMs: 1 };
    const words = [
      { type: "log", leaseId, lines: [line] },
      { type: "phase", leaseId, phase: "failed", detail: "lies" },
      { type: "tick", leaseId, sequence: 0, from: 0, to: 1, sample: "1", head: "1" },
    ] as const;
    for (const word of words) {
      const stranger = await admitted(6);
      stranger.send({ ...word, leaseId: leaseId as LeaseId } as never);
      expect(await stranger.next("refused")).toMatchObject({ code: "lease_refused" });
    }
    const job = await market.jobWhen(quote.jobId, ({ status }) => status === "placed");
    expect(job.timeline.map((entry) => entry.detail)).not.toContain("lies");

    // The hint comes again after a reconnect, until the lease has started.
    owner.disconnect();
    const again = await admitted(5);
    expect((await again.next("lease")).leaseId).toBe(leaseId);

    // A log flood is cut, and says so.
    const text = "x".repeat(8192);
    for (let batch = 0; batch < 6; batch++) {
      const lines = Array.from({ length: 100 }, (_, index) => ({ ...line, seq: batch * 100 + index, text }));
      again.send({ type: "log", leaseId: leaseId as LeaseId, lines });
    }
    await expect
      .poll(
        async () => {
          const { rows } = await counts(leaseId);
          return rows[0];
        },
        { timeout: 15_000 },
      )
      .toEqual({ lines: "513", cut: "1" });
    again.disconnect();
  });

  test("a job whose node went silent before it started is placed anew without another payment", async () => {
    // The node above holds the lease and is gone; the market is told to lose it quickly.
    const second = new TestNode(market.chain, account(8), provider, "node-8");
    await second.connect(market.url());
    second.beat();
    await bringToMarket(market.chain, provider, account(8), "node-8", 90n);
    const hint = await second.next("lease");
    const headers = { authorization: `Bearer ${await market.signIn(account(7))}` };
    const { items } = (await (await fetch(`${market.url()}/v1/jobs`, { headers })).json()) as {
      items: { jobId: string }[];
    };
    const job = await market.jobWhen(items[0]?.jobId ?? "", ({ leases }) => leases.length === 2);
    expect(job.leases.map((lease) => lease.reason)).toEqual(["never_started", "none"]);
    expect(job.leases[1]?.leaseId).toBe(hint.leaseId);
    expect(job.timeline.map((entry) => entry.status)).toEqual(["funded", "placed", "funded", "placed"]);
    second.disconnect();
  });
});

async function counts(leaseId: string) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: market.database.url });
  await client.connect();
  try {
    return await client.query(
      `SELECT count(*) AS lines, count(*) FILTER (WHERE text LIKE 'The log is cut%') AS cut
       FROM log_lines WHERE lease_id = $1`,
      [leaseId],
    );
  } finally {
    await client.end();
  }
}
