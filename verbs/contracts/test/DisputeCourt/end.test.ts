import { termsForChain } from "@gristmill/shared/job/terms";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { arbiterAccounts, courtOn, SALT, VERDICT } from "../support/court.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { MINIMUM_STAKE, setParameter, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, refundTo, buyer, stranger } = accounts;
let court: ReturnType<typeof courtOn>;
beforeEach(() => {
  court = courtOn(market());
});
const FEE = USD;
const PENALTY = 2n * USD;

async function opened(options: { amount?: bigint } = {}) {
  await court.stakeArbiters();
  const { terms, leaseId } = await court.booked();
  const bond = await market().read<bigint>("court", "bondFor", [60_000n, 0]);
  const { caseId } = await court.open(terms, leaseId, options);
  return { terms, leaseId, caseId, bond };
}

async function decided(verdict: number, options: { amount?: bigint } = {}) {
  const made = await opened(options);
  await court.drawPanel(made.caseId);
  await court.voteAll(made.caseId, () => verdict);
  await court.toTenth(made.caseId, 6);
  return made;
}

const solvent = async () => {
  const owed = await market().read<bigint>("court", "totalOwed");
  expect(await market().tokens(market().at.court)).toBe(owed);
};

describe("end", () => {
  it("gives the buyer what was claimed, with its fee, stake for it and the bond back", async () => {
    await stakeIn(market(), "registry", provider);
    const { terms, caseId, bond } = await decided(VERDICT.forBuyer, { amount: 40_000n });
    const before = await market().tokens(refundTo.address);
    await court.end(caseId, terms);
    expect(await market().tokens(refundTo.address)).toBe(before + 41_000n);
    expect(await market().credit(provider.address)).toBe(20_000n);
    // Half of the claimed amount and what the panel cost.
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(20_000n + 3n * FEE);
    expect(await court.creditOf(buyer.address)).toBe(bond - 3n * FEE);
    expect(await market().read("reputation", "recordOf", [provider.address])).toMatchObject({
      disputes: 1,
      rulingsLost: 1,
    });
    await solvent();
  });

  it("gives the provider what it earned and the loser's bond: a false claim costs", async () => {
    await stakeIn(market(), "registry", provider);
    const { terms, caseId, bond } = await decided(VERDICT.forPayee);
    await court.end(caseId, terms);
    expect(await market().credit(provider.address)).toBe(60_000n);
    expect(await court.creditOf(provider.address)).toBe(bond - 3n * FEE);
    expect(await market().read("registry", "stakeOf", [provider.address])).toEqual([MINIMUM_STAKE, 0n]);
    await solvent();
  });

  it("splits the claimed amount, without a slash", async () => {
    await stakeIn(market(), "registry", provider);
    const { terms, caseId } = await decided(VERDICT.split);
    await court.end(caseId, terms);
    expect(await market().credit(provider.address)).toBe(30_000n);
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(0n);
  });

  it("comes also when nobody is drawn or votes: the proven part stands, the bond goes back", async () => {
    const { terms, leaseId } = await court.booked();
    const bond = await market().read<bigint>("court", "bondFor", [60_000n, 0]);
    const { caseId } = await court.open(terms, leaseId);
    await expectRevert(court.end(caseId, terms), "WrongPhase");
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    expect(await market().credit(provider.address)).toBe(60_000n);
    expect(await court.creditOf(buyer.address)).toBe(bond);
    await expectRevert(court.end(caseId, terms), "CaseHasEnded");
    await solvent();
  });

  it("costs silent arbiters a little stake, which goes to those who answered", async () => {
    const { terms, caseId } = await opened();
    const seats = await court.drawPanel(caseId);
    const [silent] = seats;
    await court.voteAll(caseId, (arbiter) => (arbiter.address === silent ? undefined : VERDICT.split));
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    const silentSeats = BigInt(seats.filter((seat) => seat === silent).length);
    const [free] = [(await market().read<{ active: bigint }>("arbiters", "stakeDetailsOf", [silent])).active];
    expect(free).toBe(MINIMUM_STAKE - PENALTY * silentSeats);
    let awarded = await market().read<bigint>("arbiters", "creditOf", [buyer.address]);
    for (const arbiter of arbiterAccounts)
      awarded += await market().read<bigint>("arbiters", "creditOf", [arbiter.address]);
    expect(awarded).toBe(PENALTY * silentSeats);
    expect(await market().read("arbiters", "creditOf", [market().at.court])).toBe(0n);
  });

  it("works past the job's reclaim and settlement, whoever calls: a forgotten case locks nothing for ever", async () => {
    await stakeIn(market(), "registry", provider);
    const { terms, caseId } = await decided(VERDICT.forBuyer);
    await market().warpTo(terms.reclaimAt + 1);
    await market().send(stranger, "escrow", "reclaim", [termsForChain(terms)]);
    const before = await market().tokens(refundTo.address);
    await court.end(caseId, terms);
    expect(await market().tokens(refundTo.address)).toBe(before + 61_500n);
    await solvent();
  });

  it("slashes stake that is on its way out: unbonding lasts longer than any case", async () => {
    await stakeIn(market(), "registry", provider);
    await market().send(provider, "registry", "unbond", [MINIMUM_STAKE]);
    const { terms, caseId } = await decided(VERDICT.forBuyer);
    await court.end(caseId, terms);
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(30_000n + 3n * FEE);
  });

  it("slashes the stake of a lease that its provider never ended: leaving it open is no way out", async () => {
    await setParameter(market(), "leaseStake", MINIMUM_STAKE);
    await stakeIn(market(), "registry", provider);
    await court.stakeArbiters();
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId));
    expect(await market().read("registry", "stakeOf", [provider.address])).toEqual([0n, MINIMUM_STAKE]);
    await market().warpTo(terms.captureDeadline + 1);
    const { caseId } = await court.open(terms, leaseId);
    await court.drawPanel(caseId);
    await court.voteAll(caseId, () => VERDICT.forBuyer);
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    const taken = 30_000n + 3n * FEE;
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(taken);
    expect(await market().read("registry", "stakeOf", [provider.address])).toEqual([0n, MINIMUM_STAKE - taken]);
  });

  it("reverts with other terms than the case's", async () => {
    const { terms, caseId } = await decided(VERDICT.split);
    await expectRevert(court.end(caseId, { ...terms, cap: terms.cap + 1n }), "WrongJob");
  });
});

describe("a vote", () => {
  it("is hidden until all are in, and opens only to what was committed", async () => {
    const { caseId } = await opened();
    const [seat] = await court.drawPanel(caseId);
    const arbiter = arbiterAccounts.find((one) => one.address === seat) ?? stranger;
    const commit = (commitment: string) => market().send(arbiter, "court", "commitVote", [caseId, commitment]);
    const reveal = (verdict: number) => market().send(arbiter, "court", "revealVote", [caseId, verdict, SALT]);
    const commitment = court.commitmentOf(caseId, 0, arbiter.address, VERDICT.forBuyer);
    await expectRevert(commit(commitment), "WrongPhase");
    await court.toTenth(caseId, 2);
    await expectRevert(market().send(stranger, "court", "commitVote", [caseId, commitment]), "NotOnPanel");
    await commit(commitment);
    await expectRevert(reveal(VERDICT.forBuyer), "WrongPhase");
    await court.toTenth(caseId, 4);
    await expectRevert(commit(commitment), "WrongPhase");
    await expectRevert(reveal(VERDICT.forPayee), "BadReveal");
    await reveal(VERDICT.forBuyer);
    await expectRevert(reveal(VERDICT.forBuyer), "NoCommitment");
  });

  it("cannot be copied from another arbiter's commitment", async () => {
    const { caseId } = await opened();
    const [seat] = await court.drawPanel(caseId);
    const arbiter = arbiterAccounts.find((one) => one.address === seat) ?? stranger;
    await court.toTenth(caseId, 2);
    const copied = court.commitmentOf(caseId, 0, stranger.address, VERDICT.forBuyer);
    await market().send(arbiter, "court", "commitVote", [caseId, copied]);
    await court.toTenth(caseId, 4);
    await expectRevert(market().send(arbiter, "court", "revealVote", [caseId, VERDICT.forBuyer, SALT]), "BadReveal");
  });
});
