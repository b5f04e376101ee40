import { zeroHash } from "viem";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { courtOn, VERDICT } from "../support/court.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { approve, setParameter, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, buyer, stranger, refundTo } = accounts;
let court: ReturnType<typeof courtOn>;
beforeEach(() => {
  court = courtOn(market());
});

/** A case that the first panel decided for the buyer, at the time of appeals. */
async function lost() {
  await court.stakeArbiters();
  const { terms, leaseId } = await court.booked();
  const { caseId } = await court.open(terms, leaseId);
  await court.drawPanel(caseId);
  await court.voteAll(caseId, () => VERDICT.forBuyer);
  return { terms, caseId };
}

async function appeal(caseId: bigint, by = provider) {
  await approve(market(), by, market().at.court, 100n * USD);
  return market().send(by, "court", "appeal", [caseId, zeroHash, zeroHash]);
}

describe("appeal", () => {
  it("hears the case again with a larger panel and a larger bond, and can turn it", async () => {
    const { terms, caseId } = await lost();
    const bond = await market().read<bigint>("court", "bondFor", [60_000n, 1]);
    expect(bond).toBeGreaterThan(await market().read<bigint>("court", "bondFor", [60_000n, 0]));
    await appeal(caseId);
    expect(await court.drawPanel(caseId)).toHaveLength(7);
    await court.voteAll(caseId, () => VERDICT.forPayee, { round: 1 });
    await court.end(caseId, terms);
    expect(await market().credit(provider.address)).toBe(60_000n);
    // Its own bond less the panel's fees, and the buyer's: the first panel, incoherent in the end, earned nothing of it.
    const firstBond = await market().read<bigint>("court", "bondFor", [60_000n, 0]);
    expect(await court.creditOf(provider.address)).toBe(bond - 7n * USD + firstBond);
    expect(await market().tokens(market().at.court)).toBe(await market().read("court", "totalOwed"));
  });

  it("leaves the first ruling when the second panel is silent: silence cannot be bought to undo one", async () => {
    const { terms, caseId } = await lost();
    await appeal(caseId);
    await court.drawPanel(caseId);
    await court.toTenth(caseId, 9);
    const before = await market().tokens(refundTo.address);
    await court.end(caseId, terms);
    expect((await court.caseOf(caseId)).verdict).toBe(VERDICT.forBuyer);
    expect(await market().tokens(refundTo.address)).toBe(before + 61_500n);
  });

  it("costs who appealed in vain its bond", async () => {
    const { terms, caseId } = await lost();
    await appeal(caseId);
    await court.drawPanel(caseId);
    await court.voteAll(caseId, () => VERDICT.forBuyer, { round: 1 });
    await court.end(caseId, terms);
    expect(await court.creditOf(provider.address)).toBe(0n);
    expect(await court.creditOf(refundTo.address)).toBeGreaterThan(0n);
  });

  it("is priced when the case opens: a change of parameters neither closes nor drains it", async () => {
    const { terms, caseId } = await lost();
    const bond = await market().read<bigint>("court", "bondFor", [60_000n, 1]);
    await setParameter(market(), "seatFee", 0n);
    const { events } = await appeal(caseId);
    expect(events.find((event) => event.eventName === "Transfer")?.args.value).toBe(bond);
    await court.drawPanel(caseId);
    await court.voteAll(caseId, () => VERDICT.split, { round: 1 });
    await court.end(caseId, terms);
    expect(await market().tokens(market().at.court)).toBe(await market().read("court", "totalOwed"));
  });

  it("reverts outside its time, twice, and for strangers: there is one appeal and no more", async () => {
    await court.stakeArbiters();
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    await expectRevert(appeal(caseId), "WrongPhase");
    await court.toTenth(caseId, 5);
    await expectRevert(appeal(caseId, stranger), "NotParty");
    await appeal(caseId, buyer);
    await expectRevert(appeal(caseId), "AlreadyAppealed");
    await expectRevert(court.end(caseId, terms), "WrongPhase");
    await court.toTenth(caseId, 6);
    await expectRevert(appeal(caseId), "WrongPhase");
  });
});
