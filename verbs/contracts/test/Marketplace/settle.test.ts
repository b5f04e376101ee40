import { termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, feeOf, PRICE, REASON, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const amount = PRICE * 60n;
const spent = withFee(amount);

/** A job whose only lease closed after one captured minute. */
async function finished() {
  const run = await market().running();
  await market().warpTo(run.startedAt + 100);
  await market().capture(run.terms, market().receiptOf(run.leaseId, { last: true }));
  return run;
}

describe("accept", () => {
  it("relays the buyer's countersignature, whoever sends it", async () => {
    const { terms } = await finished();
    const { events } = await market().accept(terms, spent);
    expect(events[0]).toMatchObject({ eventName: "JobAccepted", args: { jobId: market().jobId(terms), spent } });
    expect((await market().job(terms)).accepted).toBe(true);
  });

  it("reverts for anything but everything spent so far: a buyer accepts the sum it saw", async () => {
    const { terms } = await finished();
    for (const wrong of [spent - 1n, spent + 1n, 0n])
      await expectRevert(market().accept(terms, wrong), "SpentChanged", [wrong, spent]);
  });

  it("reverts for another signer, another job, another sum signed", async () => {
    const { terms } = await finished();
    const other = await market().funded();
    const send = (signature: `0x${string}`) =>
      market().send(accounts.stranger, "market", "accept", [termsForChain(terms), spent, signature]);
    await expectRevert(send(await market().signAcceptance(terms, spent, accounts.scheduler)), "BadAcceptance", [
      terms.buyer,
    ]);
    await expectRevert(send(await market().signAcceptance(other, spent)), "BadAcceptance");
    await expectRevert(send(await market().signAcceptance(terms, spent - 1n)), "BadAcceptance");
  });

  it("does not cover usage captured after it was signed", async () => {
    const run = await market().running();
    await market().warpTo(run.startedAt + 100);
    await market().capture(run.terms, market().receiptOf(run.leaseId));
    await market().capture(run.terms, market().receiptOf(run.leaseId, { sequence: 1, from: 60, to: 61 }));
    await expectRevert(market().accept(run.terms, spent), "SpentChanged");
  });

  it("takes a buyer that is a contract wallet (EIP-1271)", async () => {
    const wallet = await market().deployMock("ContractWallet", [accounts.buyer.address]);
    const terms = await market().funded({ buyer: wallet.address });
    await market().accept(terms, 0n);
  });
});

describe("settle", () => {
  it("returns the rest at once when the buyer accepted and every lease is closed", async () => {
    const { terms } = await finished();
    await market().accept(terms, spent);
    const { events } = await market().settle(terms);
    const refunded = CAP - spent;
    expect(events.find((event) => event.eventName === "JobSettled")?.args).toMatchObject({
      paid: amount,
      fees: feeOf(amount),
      refunded,
    });
    expect(await market().tokens(terms.refundTo)).toBe(refunded);
    await market().release(terms);
    await market().send(accounts.stranger, "escrow", "withdraw", [accounts.provider.address, terms.token]);
    await market().send(accounts.stranger, "escrow", "withdraw", [accounts.feeRecipient.address, terms.token]);
    expect(await market().tokens(accounts.provider.address)).toBe(amount);
    expect(await market().tokens(accounts.feeRecipient.address)).toBe(feeOf(amount));
    expect(await market().tokens(market().at.escrow)).toBe(0n);
  });

  it("returns the surplus of an overpayment too", async () => {
    const terms = await market().terms();
    await market().fund(terms, CAP + 500n);
    await market().accept(terms, 0n);
    await market().settle(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP + 500n);
  });

  it("lets the buyer cancel a job that never ran, by accepting zero", async () => {
    const terms = await market().funded();
    await market().accept(terms, 0n);
    await market().settle(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });

  it("reverts while a lease is open: a node at work is not robbed of its reservation", async () => {
    const run = await market().running();
    await market().accept(run.terms, 0n);
    await expectRevert(market().settle(run.terms), "LeasesStillOpen", [1n]);
    await market().end(run.terms, run.leaseId, REASON.completed);
    await expectRevert(market().settle(run.terms), "LeasesStillOpen", [1n]);
  });

  it("reverts without acceptance until the claim window closed, by one second", async () => {
    const { terms } = await finished();
    await market().nextBlockAt(terms.claimDeadline);
    await expectRevert(market().settle(terms), "TooEarly", [
      BigInt(terms.claimDeadline),
      BigInt(terms.claimDeadline + 1),
    ]);
    await market().nextBlockAt(terms.claimDeadline + 1);
    await market().settle(terms);
  });

  it("reverts when usage was captured after the acceptance", async () => {
    const run = await market().running();
    await market().warpTo(run.startedAt + 100);
    await market().accept(run.terms, 0n);
    await market().capture(run.terms, market().receiptOf(run.leaseId, { last: true }));
    await expectRevert(market().settle(run.terms), "TooEarly");
  });

  it("needs no last receipt past the claim window: a vanished node keeps no buyer's money", async () => {
    const { terms } = await market().running();
    await market().warpTo(terms.claimDeadline + 1);
    await market().settle(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });

  it("reverts the second time and for a job that never was", async () => {
    const terms = await market().funded();
    await market().accept(terms, 0n);
    await market().settle(terms);
    await expectRevert(market().settle(terms), "JobIsClosed");
    const unknown = await market().terms();
    await market().warpTo(unknown.claimDeadline + 1);
    await expectRevert(market().settle(unknown), "JobUnknown");
  });
});
