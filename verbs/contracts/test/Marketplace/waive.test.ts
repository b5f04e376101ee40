import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { CAP, PRICE, REASON, STATE, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { node, provider, stranger, buyer } = accounts;
const waive = (terms: Terms, leaseId: Hex, by: TestAccount = node) =>
  market().send(by, "market", "waive", [termsForChain(terms), leaseId]);

/** A lease that ended after 50 seconds of which nothing was countersigned. */
async function ended() {
  const run = await market().running();
  await market().nextBlockAt(run.startedAt + 50);
  await market().end(run.terms, run.leaseId, REASON.failed);
  return run;
}

describe("waive", () => {
  it("closes the lease at once: a buyer of a job that never worked need not wait for the claim deadline", async () => {
    const { terms, leaseId } = await ended();
    await market().accept(terms, 0n);
    await expectRevert(market().settle(terms), "LeasesStillOpen", [1n]);
    await waive(terms, leaseId);
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.closed, reason: REASON.failed, reserved: 0n });
    expect((await market().job(terms)).reserved).toBe(0n);
    await market().settle(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP);
  });

  it("is the payee's and its node's alone: nobody else gives up their pay", async () => {
    const { terms, leaseId } = await ended();
    for (const by of [stranger, buyer, accounts.scheduler, accounts.notary])
      await expectRevert(waive(terms, leaseId, by), "NotPayee", [by.address, provider.address]);
    await market().send(provider, "registry", "setScopes", [node.address, 1]);
    await expectRevert(waive(terms, leaseId), "NotPayee");
    await waive(terms, leaseId, provider);
  });

  it("gives up nothing that was captured before", async () => {
    const run = await market().running();
    await market().warpTo(run.startedAt + 100);
    await market().capture(run.terms, market().receiptOf(run.leaseId));
    await market().end(run.terms, run.leaseId, REASON.completed);
    await waive(run.terms, run.leaseId);
    expect(await market().job(run.terms)).toMatchObject({ booked: PRICE * 60n, reserved: 0n });
    const late = market().receiptOf(run.leaseId, { sequence: 1, from: 60, to: 90 });
    await expectRevert(market().capture(run.terms, late), "WrongState", [STATE.closed, STATE.started]);
    await market().accept(run.terms, withFee(PRICE * 60n));
    await market().settle(run.terms);
  });

  it("waits for the end, happens once, and works when the job was reclaimed meanwhile", async () => {
    const run = await market().running();
    await expectRevert(waive(run.terms, run.leaseId), "WrongState", [STATE.started, STATE.ended]);
    await market().end(run.terms, run.leaseId, REASON.completed);
    await market().warpTo(run.terms.reclaimAt);
    await market().send(stranger, "escrow", "reclaim", [termsForChain(run.terms)]);
    await waive(run.terms, run.leaseId);
    await expectRevert(waive(run.terms, run.leaseId), "WrongState", [STATE.closed, STATE.ended]);
  });

  it("is for a lease of the job named", async () => {
    const { leaseId } = await ended();
    await expectRevert(waive(await market().funded(), leaseId), "WrongJob");
  });
});
