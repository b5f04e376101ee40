import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, REASON, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { node, buyer, scheduler, stranger, provider } = accounts;
const assigned = async () => {
  const terms = await market().funded();
  const assetId = await market().listedAsset();
  return { terms, assetId, ...(await market().assign(terms, assetId)) };
};

describe("end of a started lease", () => {
  it.each([
    ["the node", node, REASON.completed],
    ["the node", node, REASON.failed],
    ["the buyer", buyer, REASON.stoppedByBuyer],
    ["the scheduler", scheduler, REASON.nodeLost],
  ] as const)("%s (%#) may give its reason, and nobody else may", async (_, by, reason) => {
    const { terms, leaseId } = await market().running();
    for (const other of [node, buyer, scheduler, stranger, provider] as TestAccount[])
      if (other !== by)
        await expectRevert(market().end(terms, leaseId, reason, other), "NotAllowedToEnd", [other.address]);
    await market().end(terms, leaseId, reason, by);
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.ended, reason });
  });

  it("keeps the seconds before the end reserved for their proof and frees the rest at once", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().nextBlockAt(startedAt + 100);
    await market().end(terms, leaseId, REASON.nodeLost, scheduler);
    expect((await market().lease(leaseId)).endedAt).toBe(BigInt(startedAt + 100));
    expect((await market().job(terms)).reserved).toBe(withFee(PRICE * 100n));
    // A live node called lost is still paid in full for what it proves.
    await market().capture(terms, market().receiptOf(leaseId, { to: 100, last: true }));
    expect(await market().job(terms)).toMatchObject({ reserved: 0n, booked: PRICE * 100n });
  });

  it("keeps nothing reserved for seconds already captured", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 60);
    await market().capture(terms, market().receiptOf(leaseId));
    await market().nextBlockAt(startedAt + 90);
    await market().end(terms, leaseId, REASON.completed);
    expect((await market().job(terms)).reserved).toBe(withFee(PRICE * 30n));
  });

  it("frees the asset for the next buyer and ends the lessee's access", async () => {
    const { terms, leaseId, assetId } = await market().running();
    const { events } = await market().end(terms, leaseId, REASON.completed);
    expect(events.map((event) => event.eventName)).toEqual([
      "LeaseEnded",
      "UpdateReader",
      "UpdateUser",
      "JobUnreserved",
    ]);
    expect(await market().read("asset", "isReader", [assetId, terms.buyer])).toBe(false);
    await market().assign(await market().funded(), assetId);
  });

  it("lets anybody end it once its time passed, as of that time", async () => {
    const { terms, leaseId, startedAt } = await market().running({ seconds: 600 });
    await market().nextBlockAt(startedAt + 599);
    await expectRevert(market().end(terms, leaseId, REASON.expired, stranger), "NotAllowedToEnd");
    await market().warpTo(startedAt + 5000);
    await market().end(terms, leaseId, REASON.expired, stranger);
    expect((await market().lease(leaseId)).endedAt).toBe(BigInt(startedAt + 600));
  });

  it("reverts twice, with no reason, and as never started", async () => {
    const { terms, leaseId } = await market().running();
    for (const by of [node, buyer, scheduler] as TestAccount[]) {
      await expectRevert(market().end(terms, leaseId, REASON.none, by), "NotAllowedToEnd");
      await expectRevert(market().end(terms, leaseId, REASON.neverStarted, by), "NotAllowedToEnd");
    }
    await market().end(terms, leaseId, REASON.completed);
    await expectRevert(market().end(terms, leaseId, REASON.completed), "WrongState");
  });

  it("reverts for the terms of another job", async () => {
    const { leaseId } = await market().running();
    await expectRevert(market().end(await market().funded(), leaseId, REASON.completed), "WrongJob");
  });
});

describe("end of a lease that never started", () => {
  it.each([
    ["the node", node, REASON.neverStarted],
    ["the scheduler", scheduler, REASON.neverStarted],
    ["the buyer", buyer, REASON.stoppedByBuyer],
  ] as const)("%s ends it: it closes and the whole reservation is free at once", async (_, by, reason) => {
    const { terms, leaseId, assetId } = await assigned();
    const { events } = await market().end(terms, leaseId, reason, by);
    expect(events.map((event) => event.eventName)).toEqual([
      "LeaseEnded",
      "UpdateReader",
      "UpdateUser",
      "LeaseClosed",
      "JobUnreserved",
    ]);
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.closed, reason, reserved: 0n });
    expect((await market().job(terms)).reserved).toBe(0n);
    expect(await market().read("market", "openLeasesOf", [market().jobId(terms)])).toBe(0n);
    await market().assign(terms, assetId);
  });

  it("lets anybody end it once the start window closed: a stalling node holds no budget", async () => {
    const { terms, leaseId } = await assigned();
    await expectRevert(market().end(terms, leaseId, REASON.neverStarted, stranger), "NotAllowedToEnd");
    const { assignedAt } = await market().lease(leaseId);
    await market().warpTo(Number(assignedAt) + 601);
    await market().end(terms, leaseId, REASON.neverStarted, stranger);
  });

  it("reverts with a reason of a started lease", async () => {
    const { terms, leaseId } = await assigned();
    await expectRevert(market().end(terms, leaseId, REASON.completed), "NotAllowedToEnd");
    await expectRevert(market().end(terms, leaseId, REASON.nodeLost, scheduler), "NotAllowedToEnd");
  });
});
