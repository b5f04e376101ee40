import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, feeOf, PRICE, REASON, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { scheduler, refundTo } = accounts;

describe("a job whose node is lost", () => {
  it("goes on elsewhere out of the same escrow: both are paid for what they did, no second twice, the buyer signs nothing", async () => {
    const { terms, leaseId: first, startedAt } = await market().running({ seconds: 900 });
    const other = await market().listedAsset();
    // As long as the first one runs, its reservation is its own.
    const held = withFee(PRICE * 900n);
    await expectRevert(market().assign(terms, other, 600), "InsufficientFree", [withFee(PRICE * 600n), CAP - held]);
    await market().warpTo(startedAt + 60);
    await market().capture(terms, market().receiptOf(first));
    await market().nextBlockAt(startedAt + 100);
    await market().end(terms, first, REASON.nodeLost, scheduler);

    const { leaseId: second } = await market().assign(terms, other, 600);
    await market().start(second);
    const from = Number((await market().lease(second)).startedAt);
    expect(from).toBeGreaterThanOrEqual(Number((await market().lease(first)).endedAt));
    await market().warpTo(from + 50);
    await market().capture(terms, market().receiptOf(second, { to: 50, last: true }));
    // It was not lost after all: what it did until then is still its own, and not a second more.
    const late = { sequence: 1, from: 60, last: true };
    await expectRevert(market().capture(terms, market().receiptOf(first, { ...late, to: 101 })), "BilledBeyondLease", [
      101n,
      100n,
    ]);
    await market().capture(terms, market().receiptOf(first, { ...late, to: 100 }));

    const spent = withFee(PRICE * 100n) + feeOf(PRICE * 150n) - feeOf(PRICE * 100n) + PRICE * 50n;
    await market().accept(terms, (await market().job(terms)).booked + (await market().job(terms)).fees);
    await market().settle(terms);
    await market().release(terms);
    expect(await market().credit(accounts.provider.address)).toBe(PRICE * 150n);
    expect(await market().tokens(refundTo.address)).toBe(CAP - spent);
  });
});

describe("a job's shards", () => {
  it("run side by side, each on a reservation of its own that the other's capture never touches", async () => {
    const terms = await market().funded();
    const [left, right] = [await market().listedAsset(), await market().listedAsset()];
    const one = await market().assign(terms, left, 400);
    const two = await market().assign(terms, right, 400);
    await market().start(one.leaseId);
    await market().start(two.leaseId);
    const startedAt = Number((await market().lease(one.leaseId)).startedAt);
    await market().warpTo(startedAt + 399);
    await market().capture(terms, market().receiptOf(one.leaseId, { to: 390, last: true }));
    expect((await market().job(terms)).reserved).toBe(withFee(PRICE * 400n));
    expect((await market().lease(two.leaseId)).reserved).toBe(withFee(PRICE * 400n));
    await market().capture(terms, market().receiptOf(two.leaseId, { to: 390, last: true }));
    expect(await market().job(terms)).toMatchObject({ reserved: 0n, booked: PRICE * 780n });
  });
});
