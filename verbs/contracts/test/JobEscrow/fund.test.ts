import { escrowDomain, escrowTypes } from "@gristmill/shared/chain/escrowTypedData";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, CHAIN_ID, PRICE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { buyer, stranger } = accounts;

async function approved(by: TestAccount, amount: bigint) {
  await market().send(stranger, "token", "mint", [by.address, amount]);
  await market().send(by, "token", "approve", [market().at.escrow, amount]);
}
const topUp = (terms: Terms, amount: bigint, newCap = 0n, signature = "0x", by: TestAccount = buyer) =>
  market().send(by, "escrow", "topUp", [termsForChain(terms), amount, newCap, signature]);
const signCap = (terms: Terms, cap: bigint, by: TestAccount = buyer) =>
  by.signTypedData({
    domain: escrowDomain(CHAIN_ID, market().at.escrow),
    types: escrowTypes,
    primaryType: "Cap",
    message: { jobId: market().jobId(terms), cap },
  });

describe("depositFrom", () => {
  it("opens a job with the caller's approved tokens", async () => {
    const terms = await market().terms();
    await approved(stranger, CAP);
    const { events } = await market().send(stranger, "escrow", "depositFrom", [termsForChain(terms), CAP]);
    expect(events.map(({ eventName }) => eventName)).toEqual(expect.arrayContaining(["JobOpened", "JobFunded"]));
    expect((await market().job(terms)).deposited).toBe(CAP);
  });

  it("reverts for less than the cap and without approval", async () => {
    const terms = await market().terms();
    await approved(stranger, CAP - 1n);
    const deposit = (amount: bigint) =>
      market().send(stranger, "escrow", "depositFrom", [termsForChain(terms), amount]);
    await expectRevert(deposit(CAP - 1n), "Underfunded", [CAP - 1n, CAP]);
    await expectRevert(deposit(CAP), "ERC20InsufficientAllowance");
  });

  it("reverts for a cap above what a slot can count: no amount is ever cut off", async () => {
    const cap = 2n ** 48n;
    await approved(stranger, cap);
    const deposit = async (amount: bigint) =>
      market().send(stranger, "escrow", "depositFrom", [termsForChain(await market().terms({ cap: amount })), amount]);
    await expectRevert(deposit(cap), "AmountAboveBound", [cap, cap - 1n]);
    await deposit(cap - 1n);
  });
});

describe("topUp", () => {
  it("by anybody adds money that the cap still bounds: it goes to refundTo in the end", async () => {
    const { terms } = await market().running();
    await approved(stranger, 500n);
    await topUp(terms, 500n, 0n, "0x", stranger);
    const free = CAP - withFee(PRICE * 600n);
    await expectRevert(assignSeconds(terms, 380), "InsufficientFree", [withFee(PRICE * 380n), free]);
    await market().warpTo(terms.reclaimAt);
    await market().send(stranger, "escrow", "reclaim", [termsForChain(terms)]);
    expect(await market().tokens(terms.refundTo)).toBe(CAP + 500n);
  });
  const assignSeconds = async (terms: Terms, seconds: number) =>
    market().assign(terms, await market().listedAsset(), seconds);

  it("by the buyer raises the cap: a longer run on the same escrow", async () => {
    const { terms } = await market().running();
    await approved(buyer, CAP);
    await topUp(terms, CAP, 2n * CAP);
    await assignSeconds(terms, 1000);
  });

  it("by anybody else raises the cap only with the buyer's signature", async () => {
    const { terms } = await market().running();
    await approved(stranger, CAP);
    await expectRevert(topUp(terms, CAP, 2n * CAP, "0x", stranger), "BadCapSignature", [buyer.address]);
    const other = await signCap(terms, 2n * CAP, stranger);
    await expectRevert(topUp(terms, CAP, 2n * CAP, other, stranger), "BadCapSignature");
    await topUp(terms, CAP, 2n * CAP, await signCap(terms, 2n * CAP), stranger);
    await assignSeconds(terms, 1000);
  });

  it("never lowers a cap: an old signature takes nothing back from a provider", async () => {
    const { terms } = await market().running();
    await expectRevert(topUp(terms, 0n, CAP), "CapNotRaised", [CAP, CAP]);
    await topUp(terms, 0n, CAP + 2n);
    await expectRevert(topUp(terms, 0n, CAP + 1n), "CapNotRaised", [CAP + 1n, CAP + 2n]);
  });

  it("reverts for a job that was never opened, is closed, or is past its lease end", async () => {
    const unknown = await market().terms();
    await approved(buyer, 5n);
    await expectRevert(topUp(unknown, 5n), "JobUnknown");
    const { terms } = await market().running();
    await market().warpTo(terms.leaseEnd);
    await expectRevert(topUp(terms, 5n), "FundingClosed");
  });
});

describe("void", () => {
  const voidJob = (terms: Terms, amount: bigint, by: TestAccount = buyer) =>
    market().send(by, "escrow", "void", [termsForChain(terms), amount]);
  const free = CAP - withFee(PRICE * 600n);

  it("returns what is not reserved while the lease runs on", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await voidJob(terms, 1_000n);
    await voidJob(terms, 0n);
    expect(await market().tokens(terms.refundTo)).toBe(free);
    await market().warpTo(startedAt + 600);
    await market().capture(terms, market().receiptOf(leaseId, { to: 600 }));
    expect((await market().job(terms)).booked).toBe(PRICE * 600n);
  });

  it("never touches a reservation", async () => {
    const { terms } = await market().running();
    await expectRevert(voidJob(terms, free + 1n), "InsufficientFree", [free + 1n, free]);
    await voidJob(terms, free);
    await expectRevert(voidJob(terms, 0n), "NothingToMove");
  });

  it("is the buyer's alone", async () => {
    const { terms } = await market().running();
    for (const by of [stranger, accounts.scheduler, accounts.provider])
      await expectRevert(voidJob(terms, 1n, by), "OnlyBuyer", [by.address, buyer.address]);
  });
});
