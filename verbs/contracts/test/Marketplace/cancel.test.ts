import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, REASON } from "../support/market.ts";
import { signBuyer } from "../support/signBuyer.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const cancel = (terms: Terms, leaseIds: Hex[] = [], by: TestAccount = accounts.buyer) =>
  market().send(by, "market", "cancel", [termsForChain(terms), leaseIds]);

describe("cancel", () => {
  it("returns everything to refundTo at once, ending the leases that wait to start", async () => {
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    const { leaseId } = await market().assign(terms, assetId);
    const { events } = await cancel(terms, [leaseId]);
    expect(events.map((event) => event.eventName)).toContain("JobSettled");
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
    await expectRevert(market().start(leaseId), "WrongState");
    await market().assign(await market().funded(), assetId);
  });

  it("reverts once a node started: what it worked is stopped and paid, not cancelled", async () => {
    const { terms, leaseId } = await market().running();
    await expectRevert(cancel(terms, [leaseId]), "WrongState");
    await expectRevert(cancel(terms), "LeasesStillOpen", [1n]);
    await market().end(terms, leaseId, REASON.completed);
    await expectRevert(cancel(terms), "LeasesStillOpen", [1n]);
  });

  it("reverts once something was spent: booked money is the provider's", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    await expectRevert(cancel(terms), "AlreadySpent");
  });

  it("reverts for anybody but the buyer, with leases of another job, and the second time", async () => {
    const terms = await market().funded();
    const other = await market().funded();
    const { leaseId } = await market().assign(other, await market().listedAsset());
    await expectRevert(cancel(terms, [], accounts.scheduler), "NotBuyer");
    await expectRevert(cancel(terms, [leaseId]), "WrongJob");
    await cancel(terms);
    await expectRevert(cancel(terms), "JobIsClosed");
  });
});

describe("cancelFor", () => {
  it("does the same with the buyer's signature, and with nobody else's", async () => {
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset());
    const deadline = BigInt((await market().now()) + 60);
    const message = { jobId: market().jobId(terms), deadline };
    const send = (signature: Hex) =>
      market().send(accounts.stranger, "market", "cancelFor", [termsForChain(terms), [leaseId], deadline, signature]);
    await expectRevert(send(await signBuyer(market(), "Cancel", message, accounts.stranger)), "BadBuyerSignature");
    const otherJob = { jobId: market().jobId(await market().funded()), deadline };
    await expectRevert(send(await signBuyer(market(), "Cancel", otherJob)), "BadBuyerSignature");
    await send(await signBuyer(market(), "Cancel", message));
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });
});
