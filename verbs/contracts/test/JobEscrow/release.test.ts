import { termsForChain } from "@gristmill/shared/job/terms";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { feeOf, withFee } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const minute = 60_000n;

/** A job with one minute booked on a lease that still runs. */
async function booked() {
  const run = await market().running();
  await market().warpTo(run.startedAt + 200);
  await market().capture(run.terms, market().receiptOf(run.leaseId));
  return run;
}

describe("release", () => {
  it("reverts before acceptance while the claim window is open: the buyer can still object", async () => {
    const { terms } = await booked();
    await expectRevert(market().release(terms), "TooEarly");
    await market().warpTo(terms.claimDeadline - 1);
    await expectRevert(market().release(terms), "TooEarly");
  });

  it("pays provider and fee recipient once the claim window closed, with nobody's signature", async () => {
    const { terms } = await booked();
    await market().warpTo(terms.claimDeadline + 1);
    const { events } = await market().release(terms);
    expect(events.map((event) => event.eventName)).toEqual(["JobReleased", "BalanceCredited", "BalanceCredited"]);
    expect(await market().credit(accounts.provider.address)).toBe(minute);
    expect(await market().credit(accounts.feeRecipient.address)).toBe(feeOf(minute));
    expect(await market().job(terms)).toMatchObject({ booked: 0n, paid: minute, fees: feeOf(minute) });
  });

  it("pays at once what the buyer accepted", async () => {
    const { terms } = await booked();
    await market().accept(terms, withFee(minute));
    await market().release(terms);
    expect(await market().credit(accounts.provider.address)).toBe(minute);
  });

  it("keeps what was booked after the acceptance waiting, and never takes the acceptance back", async () => {
    const { terms, leaseId } = await booked();
    await market().accept(terms, withFee(minute));
    await market().capture(terms, market().receiptOf(leaseId, { sequence: 1, from: 60, to: 90 }));
    await market().release(terms);
    expect(await market().credit(accounts.provider.address)).toBe(minute);
    expect(await market().job(terms)).toMatchObject({ booked: 30_000n, accepted: false });
    await expectRevert(market().release(terms), "TooEarly");
    await market().accept(terms, withFee(minute) + withFee(30_000n));
    await market().release(terms);
    expect(await market().credit(accounts.provider.address)).toBe(minute + 30_000n);
  });

  it("reverts for a payee with nothing booked", async () => {
    const { terms } = await booked();
    await expectRevert(market().release(terms, accounts.stranger.address), "NothingToMove");
  });

  it("pays once", async () => {
    const { terms } = await booked();
    await market().warpTo(terms.claimDeadline + 1);
    await market().release(terms);
    await expectRevert(market().release(terms), "NothingToMove");
  });

  it("reverts for terms with another claim deadline: they are another job", async () => {
    const { terms } = await booked();
    const forged = { ...terms, claimDeadline: 1 };
    const call = market().send(accounts.stranger, "escrow", "release", [
      termsForChain(forged),
      accounts.provider.address,
    ]);
    await expectRevert(call, "NothingToMove");
  });
});
