import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, REASON, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger, buyer } = accounts;
const NOTICE = 120;

/** A started lease of 600 seconds on an asset listed with a notice of two minutes. */
async function running() {
  const assetId = await market().mintAsset();
  const offer = {
    token: market().at.token,
    pricePerSecond: PRICE,
    minSeconds: 1,
    maxSeconds: 3600,
    endsAt: 10n ** 10n,
  };
  await market().send(provider, "market", "listBatch", [[assetId], { ...offer, noticeSeconds: NOTICE }]);
  const terms = await market().funded();
  const { leaseId } = await market().assign(terms, assetId, 600);
  await market().start(leaseId);
  return { terms, leaseId, assetId, startedAt: Number((await market().lease(leaseId)).startedAt) };
}
const giveNotice = (terms: Terms, leaseId: Hex, by: TestAccount = provider) =>
  market().send(by, "market", "giveNotice", [termsForChain(terms), leaseId]);

describe("giveNotice", () => {
  it("ends the lease after the notice listed, with every second until then still paid for", async () => {
    const { terms, leaseId, assetId, startedAt } = await running();
    await market().nextBlockAt(startedAt + 100);
    const { events } = await giveNotice(terms, leaseId);
    const endsAt = BigInt(startedAt + 100 + NOTICE);
    expect(events[0]).toMatchObject({ eventName: "NoticeGiven", args: { leaseId, maxSeconds: 220, endsAt } });
    expect((await market().job(terms)).reserved).toBe(withFee(PRICE * 220n));
    expect(await market().read("asset", "userExpires", [assetId])).toBe(endsAt);

    await market().nextBlockAt(startedAt + 219);
    await expectRevert(market().end(terms, leaseId, REASON.evicted, stranger), "NotAllowedToEnd");
    await market().warpTo(startedAt + 230);
    await expectRevert(market().end(terms, leaseId, REASON.expired, stranger), "NotAllowedToEnd");
    await market().end(terms, leaseId, REASON.evicted, stranger);
    expect(await market().lease(leaseId)).toMatchObject({
      state: STATE.ended,
      reason: REASON.evicted,
      endedAt: endsAt,
    });
    await market().capture(terms, market().receiptOf(leaseId, { to: 220, last: true }));
    expect((await market().job(terms)).booked).toBe(PRICE * 220n);
  });

  it("keeps the notice of the assignment: listing anew with none does not throw the buyer out at once", async () => {
    const { terms, leaseId, assetId, startedAt } = await running();
    const offer = {
      token: market().at.token,
      pricePerSecond: PRICE,
      minSeconds: 1,
      maxSeconds: 3600,
      endsAt: 10n ** 10n,
    };
    await market().send(provider, "market", "listBatch", [[assetId], { ...offer, noticeSeconds: 0 }]);
    await market().nextBlockAt(startedAt + 10);
    await giveNotice(terms, leaseId);
    expect((await market().lease(leaseId)).endsAt).toBe(BigInt(startedAt + 10 + NOTICE));
  });

  it("reverts for anybody but the payee, twice, and for a listing that gave the right up", async () => {
    const { terms, leaseId } = await running();
    for (const by of [buyer, stranger, accounts.node] as TestAccount[])
      await expectRevert(giveNotice(terms, leaseId, by), "NotPayee", [by.address, provider.address]);
    await giveNotice(terms, leaseId);
    await expectRevert(giveNotice(terms, leaseId), "NoticeTooLong");
    const fixed = await market().running();
    await expectRevert(giveNotice(fixed.terms, fixed.leaseId), "NoticeTooLong");
  });

  it("cannot be undone by the buyer extending", async () => {
    const { terms, leaseId } = await running();
    await giveNotice(terms, leaseId);
    const call = market().send(buyer, "market", "extend", [termsForChain(terms), leaseId, 900]);
    await expectRevert(call, "WrongState");
  });
});
