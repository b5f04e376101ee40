import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, REASON, withFee } from "../support/market.ts";
import { signBuyer } from "../support/signBuyer.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { buyer, stranger, scheduler, provider } = accounts;
const extend = (terms: Terms, leaseId: Hex, seconds: number, by: TestAccount = buyer) =>
  market().send(by, "market", "extend", [termsForChain(terms), leaseId, seconds]);

describe("extend", () => {
  it("reserves the difference at the lease's own price and lets the node bill it", async () => {
    const { terms, leaseId, startedAt, assetId } = await market().running({ seconds: 100 });
    await market().send(provider, "market", "reprice", [assetId, PRICE * 2n]);
    const { events } = await extend(terms, leaseId, 250);
    expect(events[0]).toMatchObject({
      eventName: "LeaseExtended",
      args: { leaseId, maxSeconds: 250, endsAt: BigInt(startedAt + 250), reserved: withFee(PRICE * 150n) },
    });
    expect(await market().job(terms)).toMatchObject({ reserved: withFee(PRICE * 250n) });
    expect(await market().read("asset", "userExpires", [assetId])).toBe(BigInt(startedAt + 250));
    await market().warpTo(startedAt + 240);
    await market().capture(terms, market().receiptOf(leaseId, { to: 240, last: true }));
    expect(await market().job(terms)).toMatchObject({ booked: PRICE * 240n, reserved: 0n });
  });

  it("reverts for anybody but the buyer: nobody else spends more of its money", async () => {
    const { terms, leaseId } = await market().running();
    for (const by of [scheduler, provider, stranger] as TestAccount[])
      await expectRevert(extend(terms, leaseId, 700, by), "NotBuyer", [by.address, buyer.address]);
  });

  it("reverts beyond the job's end and beyond the longest lease that the provider offered", async () => {
    const { terms, leaseId, startedAt } = await market().running({ terms: { cap: 10_000_000n }, seconds: 600 });
    await expectRevert(extend(terms, leaseId, 3601), "LeaseTooLong", [3601n, 3600n]);
    const late = await market().running({ terms: { leaseEnd: startedAt + 1500 }, seconds: 600 });
    await expectRevert(extend(late.terms, late.leaseId, 3000), "PastLeaseEnd");
    await extend(terms, leaseId, 3600);
  });

  it("reverts beyond the end of the listing it was assigned from, also after the owner listed anew", async () => {
    const terms = await market().funded({ cap: 10_000_000n });
    const assetId = await market().mintAsset();
    const now = await market().now();
    await market().list(assetId, { endsAt: now + 2000 });
    const { leaseId } = await market().assign(terms, assetId, 600);
    await market().list(assetId);
    const { longestSeconds } = await market().lease(leaseId);
    expect(longestSeconds).toBeLessThanOrEqual(1400);
    await expectRevert(extend(terms, leaseId, longestSeconds + 1), "LeaseTooLong");
    await extend(terms, leaseId, longestSeconds);
  });

  it("reverts beyond the attestation, the budget, and for no more time", async () => {
    const now = await market().now();
    const assetId = await market().listedAsset({ attestedUntil: BigInt(now + 1400) });
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, assetId, 600);
    await expectRevert(extend(terms, leaseId, 1400), "AttestationTooShort");
    await expectRevert(extend(terms, leaseId, 600), "LeaseNotLonger", [600n, 600n]);
    const poor = await market().running({ terms: { cap: withFee(PRICE * 600n) }, seconds: 600 });
    await expectRevert(extend(poor.terms, poor.leaseId, 601), "InsufficientFree");
  });

  it("reverts for a lease that is over, also before anybody ended it", async () => {
    const { terms, leaseId, startedAt } = await market().running({ seconds: 100 });
    await market().warpTo(startedAt + 100);
    await expectRevert(extend(terms, leaseId, 200), "PastLeaseEnd");
    await market().end(terms, leaseId, REASON.expired, stranger);
    await expectRevert(extend(terms, leaseId, 200), "WrongState");
  });

  it("keeps the start window of an assigned lease as it was", async () => {
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset(), 100);
    const { assignedAt } = await market().lease(leaseId);
    await extend(terms, leaseId, 300);
    await market().nextBlockAt(Number(assignedAt) + 601);
    await expectRevert(market().start(leaseId), "StartWindowClosed");
  });
});

describe("extendFor", () => {
  const extendFor = async (terms: Terms, leaseId: Hex, seconds: number, signature: Hex, deadline: bigint) =>
    market().send(stranger, "market", "extendFor", [termsForChain(terms), leaseId, seconds, deadline, signature]);

  it("does the same with the buyer's signature, whoever relays it: a buyer without gas keeps its machine", async () => {
    const { terms, leaseId } = await market().running({ seconds: 100 });
    const deadline = BigInt((await market().now()) + 60);
    const signature = await signBuyer(market(), "Extend", { leaseId, maxSeconds: 200, deadline });
    await extendFor(terms, leaseId, 200, signature, deadline);
    expect((await market().lease(leaseId)).maxSeconds).toBe(200);
    await expectRevert(extendFor(terms, leaseId, 200, signature, deadline), "LeaseNotLonger");
  });

  it("reverts for another signer, length, lease, chain, or a signature that is too old", async () => {
    const { terms, leaseId } = await market().running({ seconds: 100 });
    const other = await market().running({ seconds: 100 });
    const deadline = BigInt((await market().now()) + 60);
    const message = { leaseId, maxSeconds: 200, deadline };
    const good = await signBuyer(market(), "Extend", message);
    await expectRevert(extendFor(terms, leaseId, 201, good, deadline), "BadBuyerSignature", [buyer.address]);
    await expectRevert(extendFor(other.terms, other.leaseId, 200, good, deadline), "BadBuyerSignature");
    await expectRevert(extendFor(terms, leaseId, 200, good, deadline + 1n), "BadBuyerSignature");
    const byScheduler = await signBuyer(market(), "Extend", message, scheduler);
    await expectRevert(extendFor(terms, leaseId, 200, byScheduler, deadline), "BadBuyerSignature");
    const forked = await signBuyer(market(), "Extend", message, buyer, 1);
    await expectRevert(extendFor(terms, leaseId, 200, forked, deadline), "BadBuyerSignature");
    await market().warpTo(Number(deadline) + 1);
    await expectRevert(extendFor(terms, leaseId, 200, good, deadline), "SignatureExpired");
  });

  it("takes a buyer that is a contract wallet (EIP-1271)", async () => {
    const wallet = await market().deployMock("ContractWallet", [buyer.address]);
    const { terms, leaseId } = await market().running({ terms: { buyer: wallet.address }, seconds: 100 });
    const deadline = BigInt((await market().now()) + 60);
    await extendFor(
      terms,
      leaseId,
      200,
      await signBuyer(market(), "Extend", { leaseId, maxSeconds: 200, deadline }),
      deadline,
    );
  });
});
