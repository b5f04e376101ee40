import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { CLAIM, courtOn } from "../support/court.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { buyer, provider, stranger } = accounts;
let court: ReturnType<typeof courtOn>;
beforeEach(() => {
  court = courtOn(market());
});

describe("open", () => {
  it("freezes what the payee earned and takes the bond: a colluding scheduler and node get nothing past a claim", async () => {
    const { terms, leaseId } = await court.booked();
    const { caseId, events } = await court.open(terms, leaseId);
    expect(events.map((event) => event.eventName)).toContain("JobHeld");
    const bond = await market().read<bigint>("court", "bondFor", [60_000n, 0]);
    expect(await market().tokens(market().at.court)).toBe(bond);
    await market().warpTo(Number((await court.caseOf(caseId)).openedAt) + 1);
    await market().warpTo(terms.claimDeadline + 1);
    await expectRevert(market().release(terms), "Held");
  });

  it("ends before the job's reclaim, also when opened at the last moment", async () => {
    const { terms, leaseId } = await court.booked();
    await market().nextBlockAt(terms.claimDeadline - 2);
    const { caseId } = await court.open(terms, leaseId);
    const { openedAt, length } = await court.caseOf(caseId);
    expect(Number(openedAt + length)).toBeLessThanOrEqual(terms.reclaimAt);
  });

  it("reverts past the claim window", async () => {
    const { terms, leaseId } = await court.booked();
    await market().warpTo(terms.claimDeadline);
    await expectRevert(court.open(terms, leaseId), "ClaimWindowClosed");
  });

  it("reverts while the lease may still bill: what is captured later would escape the claim", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId));
    await expectRevert(court.open(terms, leaseId), "LeaseStillBilling", [leaseId]);
    await market().warpTo(terms.captureDeadline + 1);
    await court.open(terms, leaseId);
  });

  it("reverts for anybody but buyer and payee, and for another job's lease", async () => {
    const { terms, leaseId } = await court.booked();
    const other = await court.booked();
    await expectRevert(court.open(terms, leaseId, { by: stranger }), "NotParty", [stranger.address]);
    await expectRevert(court.open(terms, other.leaseId), "WrongJob");
  });

  it("takes the payee's claim only when nothing more can be captured, over all it earned: it cannot block the buyer's", async () => {
    const { terms, leaseId } = await court.booked();
    await expectRevert(court.open(terms, leaseId, { by: provider }), "LeaseStillBilling");
    await market().warpTo(terms.captureDeadline + 1);
    const { caseId } = await court.open(terms, leaseId, { by: provider, amount: 1n });
    expect((await court.caseOf(caseId)).claimed).toBe(60_000n);
  });

  it("reverts for more than is booked, for nothing, and twice", async () => {
    const { terms, leaseId } = await court.booked();
    for (const amount of [60_001n, 0n])
      await expectRevert(court.open(terms, leaseId, { amount }), "BadAmount", [amount, 60_000n]);
    await court.open(terms, leaseId, { kind: CLAIM.overbilled });
    await expectRevert(court.open(terms, leaseId), "AlreadyClaimed");
  });

  it("reverts for what the buyer accepted: a countersignature is no loan", async () => {
    const { terms, leaseId } = await court.booked();
    await market().accept(terms, 61_500n);
    await expectRevert(court.open(terms, leaseId, { by: buyer }), "BadAmount", [60_000n, 0n]);
  });

  it("reverts without the bond", async () => {
    const { terms, leaseId } = await court.booked();
    await expectRevert(court.open(terms, leaseId, { funded: false }), "ERC20InsufficientAllowance");
  });
});

describe("submitEvidence", () => {
  it("is both sides' in the first two tenths: a silent party loses its turn", async () => {
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    const submit = (by: typeof buyer) =>
      market().send(by, "court", "submitEvidence", [caseId, `0x${"01".repeat(32)}`, `0x${"02".repeat(32)}`]);
    for (const by of [buyer, provider]) {
      const { events } = await submit(by);
      expect(events[0]).toMatchObject({ eventName: "EvidenceSubmitted", args: { caseId, by: by.address } });
    }
    await expectRevert(submit(stranger), "NotParty");
    await court.toTenth(caseId, 2);
    await expectRevert(submit(provider), "WrongPhase", [2n, 0n, 2n]);
  });

  it("is eight pieces a side: nobody buries the panel", async () => {
    const { terms, leaseId } = await court.booked();
    const { caseId } = await court.open(terms, leaseId);
    const submit = () =>
      market().send(buyer, "court", "submitEvidence", [caseId, `0x${"01".repeat(32)}`, `0x${"02".repeat(32)}`]);
    for (let piece = 0; piece < 8; piece++) await submit();
    await expectRevert(submit(), "TooMuchEvidence");
  });
});
