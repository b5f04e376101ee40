import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, REASON, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const reclaim = (terms: Terms) => market().send(accounts.stranger, "escrow", "reclaim", [termsForChain(terms)]);

describe("reclaim", () => {
  it("returns everything when everybody else is gone", async () => {
    const terms = await market().funded();
    await market().warpTo(terms.reclaimAt);
    const { events } = await reclaim(terms);
    expect(events.map((event) => event.eventName)).toEqual(["JobRefunded", "JobClosed", "Transfer"]);
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });

  it("reverts a second before reclaimAt: a running job's money stays", async () => {
    const terms = await market().funded();
    await market().nextBlockAt(terms.reclaimAt - 1);
    await expectRevert(reclaim(terms), "TooEarly", [BigInt(terms.reclaimAt - 1), BigInt(terms.reclaimAt)]);
  });

  it("leaves booked money to the provider, who withdraws it afterwards", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId));
    await market().warpTo(terms.reclaimAt);
    await reclaim(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP - withFee(60_000n));
    await market().release(terms);
    await market().send(accounts.stranger, "escrow", "withdraw", [accounts.provider.address, terms.token]);
    expect(await market().tokens(accounts.provider.address)).toBe(60_000n);
  });

  it("cannot race a capture: captures end long before", async () => {
    const { terms, leaseId } = await market().running();
    await market().warpTo(terms.captureDeadline + 1);
    await expectRevert(market().capture(terms, market().receiptOf(leaseId)), "CaptureClosed");
    await market().warpTo(terms.reclaimAt);
    await reclaim(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });

  it("does not leave the asset busy for ever: leases of a reclaimed job can still be ended", async () => {
    const { terms, leaseId, assetId } = await market().running();
    const idleAsset = await market().listedAsset();
    const { leaseId: idleLease } = await market().assign(terms, idleAsset, 60);
    await market().warpTo(terms.reclaimAt);
    await reclaim(terms);
    await market().end(terms, leaseId, REASON.expired, accounts.stranger);
    await market().end(terms, idleLease, REASON.neverStarted, accounts.stranger);
    expect((await market().lease(leaseId)).state).toBe(STATE.ended);
    for (const asset of [assetId, idleAsset])
      expect(BigInt(await market().read<string>("market", "liveLeaseOf", [asset]))).toBe(0n);
  });

  it("reverts the second time and for a job that never was", async () => {
    const terms = await market().funded();
    await market().warpTo(terms.reclaimAt);
    await reclaim(terms);
    await expectRevert(reclaim(terms), "JobIsClosed");
    await expectRevert(reclaim({ ...terms, cap: 1n }), "JobUnknown");
  });
});
