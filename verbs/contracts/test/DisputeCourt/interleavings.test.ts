import { termsForChain } from "@gristmill/shared/job/terms";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { courtOn, VERDICT } from "../support/court.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { setParameter, stakeIn } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, refundTo, stranger } = accounts;
let court: ReturnType<typeof courtOn>;
beforeEach(async () => {
  court = courtOn(market());
  await court.stakeArbiters();
});

type Opened = Awaited<ReturnType<typeof openedCase>>;
async function openedCase() {
  const { terms, leaseId } = await court.booked();
  const { caseId } = await court.open(terms, leaseId, { amount: 40_000n });
  await court.drawPanel(caseId);
  await court.voteAll(caseId, () => VERDICT.forBuyer);
  await court.toTenth(caseId, 6);
  return { terms, leaseId, caseId };
}

/** What anybody may try around a case's end; each must neither lose money nor stop the others. */
const moves: Record<string, (made: Opened) => Promise<unknown>> = {
  end: ({ caseId, terms }) => court.end(caseId, terms),
  settle: async ({ terms }) => {
    if ((await market().now()) <= terms.claimDeadline) await market().warpTo(terms.claimDeadline + 1);
    return market().settle(terms);
  },
  reclaim: async ({ terms }) => {
    if ((await market().now()) < terms.reclaimAt) await market().warpTo(terms.reclaimAt);
    return market().send(stranger, "escrow", "reclaim", [termsForChain(terms)]);
  },
  release: ({ terms }) => market().release(terms),
};
const orders = (names: string[]): string[][] =>
  names.length < 2
    ? [names]
    : names.flatMap((name) => orders(names.filter((one) => one !== name)).map((rest) => [name, ...rest]));

describe("a case", () => {
  it.each(orders(Object.keys(moves)))("ends the same in the order %s, %s, %s, %s", async (...order) => {
    const made = await openedCase();
    // Some of these must revert at that moment (nothing to release, closed already): never the case's end.
    for (const name of order) {
      const move = moves[name];
      if (!move) throw new Error(name);
      if (name === "end") await move(made);
      else await move(made).catch(() => undefined);
    }
    await moves.reclaim?.(made).catch(() => undefined);
    await market()
      .release(made.terms)
      .catch(() => undefined);
    expect(await market().credit(provider.address)).toBe(20_000n);
    // Everything but 60,000 + 1,500 was never spent; 40,000 and its fee came back by the ruling.
    expect(await market().tokens(refundTo.address)).toBe(made.terms.cap - 20_500n);
    expect(await market().tokens(market().at.escrow)).toBe(20_500n);
  });

  it("freezes one payee's booked money and nothing else: the rest of the job goes back in time", async () => {
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    await market().warpTo(terms.claimDeadline + 1);
    await market().settle(terms);
    expect(await market().tokens(refundTo.address)).toBe(terms.cap - 61_500n);
    await expect(market().release(terms)).rejects.toThrow();
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    expect(await market().credit(provider.address)).toBe(60_000n);
  });

  it("is squeezed between the claim and the job's reclaim: opened in the last second it still has all of its steps", async () => {
    await setParameter(market(), "unbondingDelay", 30n * 86_400n);
    await setParameter(market(), "caseSeconds", 5n * 86_400n);
    const { terms, leaseId } = await court.booked();
    await market().nextBlockAt(terms.claimDeadline - 2);
    const { caseId } = await court.open(terms, leaseId);
    const { openedAt, length } = await court.caseOf(caseId);
    expect(Number(openedAt + length)).toBe(terms.reclaimAt);
    await court.drawPanel(caseId);
    await court.voteAll(caseId, () => VERDICT.forBuyer);
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    expect(await market().now()).toBeLessThan(terms.reclaimAt);
    expect(await market().tokens(refundTo.address)).toBe(61_500n);
  });
});

describe("a scheduler and its own node", () => {
  it("that invent usage get nothing past a claim, and lose stake", async () => {
    await stakeIn(market(), "registry", provider);
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    await court.drawPanel(caseId);
    await court.voteAll(caseId, () => VERDICT.forBuyer);
    await court.toTenth(caseId, 6);
    await expectRevert(market().release(terms), "Held");
    await court.end(caseId, terms);
    await market().warpTo(terms.claimDeadline + 1);
    await market().settle(terms);
    expect(await market().tokens(refundTo.address)).toBe(terms.cap);
    expect(await market().credit(provider.address)).toBe(0n);
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(30_000n + 3_000_000n);
  });
});
