import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { CAP, PRICE, REASON, withFee } from "../support/market.ts";
import { sendAs } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger } = accounts;

type Move = "capture" | "claim" | "reclaim" | "settle" | "end";
const moves: Move[] = ["capture", "claim", "reclaim", "settle", "end"];

/** All orders of three of the moves, each at one of the moments that the deadlines separate. */
const orders = moves.flatMap((a) =>
  moves.flatMap((b) => moves.filter((c) => a !== b && b !== c && a !== c).map((c) => [a, b, c])),
);
const moments = ["running", "after captureDeadline", "after claimDeadline", "at reclaimAt"] as const;

describe("reclaim, capture and claim raced against each other (rule 4)", () => {
  async function play(order: Move[], moment: (typeof moments)[number]) {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    // One minute is booked before the race: whatever comes, it stays out of everybody else's reach.
    await market().capture(terms, market().receiptOf(leaseId));
    const at = {
      running: startedAt + 200,
      "after captureDeadline": terms.captureDeadline + 1,
      "after claimDeadline": terms.claimDeadline + 1,
      "at reclaimAt": terms.reclaimAt,
    }[moment];
    await market().warpTo(at);
    const call: Record<Move, () => Promise<unknown>> = {
      capture: () =>
        market().capture(terms, market().receiptOf(leaseId, { sequence: 1, from: 60, to: 90, last: true })),
      claim: () => hold(terms),
      reclaim: () => market().send(stranger, "escrow", "reclaim", [termsForChain(terms)]),
      settle: () => market().settle(terms),
      end: () => market().end(terms, leaseId, REASON.expired, stranger),
    };
    const done: Move[] = [];
    for (const move of order) {
      const went = await call[move]().then(
        () => true,
        () => false,
      );
      if (went) done.push(move);
    }
    return { terms, leaseId, done };
  }
  const hold = (terms: Terms) =>
    sendAs(market(), market().at.court, "escrow", "hold", [termsForChain(terms), provider.address]);

  it.each(moments)("%s: booked money stays the provider's, nothing is paid twice, no unit is lost", async (moment) => {
    for (const order of orders) {
      const snapshot = await market().testClient.snapshot();
      const { terms, leaseId, done } = await play(order, moment);
      const label = `${moment}: ${order.join(", ")} (${done.join(", ")})`;
      const captured = done.includes("capture");
      expect(captured, label).toBe(order.includes("capture") && moment === "running");
      // Neither reclaim nor settle runs before its time, whatever else was done first.
      expect(done.includes("reclaim") && moment !== "at reclaimAt", label).toBe(false);
      expect(done.includes("settle") && (moment === "running" || moment === "after captureDeadline"), label).toBe(
        false,
      );
      const job = await market().job(terms);
      const earned = PRICE * (captured ? 90n : 60n);
      expect(job.booked + job.paid, label).toBe(earned);
      const { reserved, booked, paid, fees, refunded, deposited } = job;
      expect(reserved + booked + paid + fees + refunded <= deposited, label).toBe(true);
      if (job.closed) expect(refunded, label).toBe(CAP - earned - fees);
      await everybodyLeaves(terms, leaseId, done.includes("claim"), label);
      await market().testClient.revert({ id: snapshot });
    }
  });

  /** After the race, with everybody else gone, buyer and provider still get all that is theirs. */
  async function everybodyLeaves(terms: Terms, leaseId: Hex, held: boolean, label: string) {
    await market().warpTo(terms.reclaimAt + 91 * 86_400);
    await market()
      .end(terms, leaseId, REASON.expired, stranger)
      .catch(() => undefined);
    if (!(await market().job(terms)).closed) await market().send(stranger, "escrow", "reclaim", [termsForChain(terms)]);
    await market().release(terms);
    for (const who of [provider.address, accounts.feeRecipient.address])
      await market().send(stranger, "escrow", "withdraw", [who, terms.token]);
    const got = await Promise.all(
      [terms.refundTo, provider.address, accounts.feeRecipient.address].map(market().tokens),
    );
    expect(
      got.reduce((sum, each) => sum + each, 0n),
      `${label} held: ${held}`,
    ).toBe(CAP);
    expect(await market().tokens(market().at.escrow), label).toBe(0n);
  }

  it("leaves what ended before the deadline to be proven: settling by both sides is the only way to close early", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().nextBlockAt(startedAt + 30);
    await market().end(terms, leaseId, REASON.completed);
    await market().warpTo(terms.captureDeadline - 10);
    await market().capture(terms, market().receiptOf(leaseId, { to: 30, last: true }));
    expect(await market().job(terms)).toMatchObject({ booked: PRICE * 30n });
    await market().accept(terms, withFee(PRICE * 30n));
    await market().settle(terms);
    expect(await market().tokens(terms.refundTo)).toBe(CAP - withFee(PRICE * 30n));
  });
});
