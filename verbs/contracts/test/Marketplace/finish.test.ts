import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { ANY, PRICE, REASON, REQUIREMENT, STATE, withFee } from "../support/market.ts";
import { setParameter, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";
import { signVoucher } from "../support/vouchers.ts";

const market = useMarket();
const { provider, scheduler, stranger, node, otherProvider } = accounts;
const STAKE = 50n * USD;
const PENALTY = 20n * USD;
const stakeOf = (account: string) => market().read<[bigint, bigint]>("registry", "stakeOf", [account]);
const record = (account: string) =>
  market().read<{ settledValue: bigint; neverStarted: number; leases: number }>("reputation", "recordOf", [account]);
const finish = (terms: Terms, leaseId: Hex) =>
  market().send(stranger, "market", "finish", [termsForChain(terms), leaseId]);

/** A market where every lease locks stake, and a provider who has enough for two. */
async function staked() {
  await setParameter(market(), "leaseStake", STAKE);
  await setParameter(market(), "neverStartedPenalty", PENALTY);
  await stakeIn(market(), "registry", provider, 2n * STAKE);
}

describe("stake of a lease", () => {
  it("is locked from the assignment until the claim window closes, also when the asset was sold (rule 8)", async () => {
    await staked();
    const { terms, leaseId, assetId, startedAt } = await market().running();
    expect(await stakeOf(provider.address)).toEqual([STAKE, STAKE]);
    expect((await market().lease(leaseId)).staked).toBe(true);
    await market().send(provider, "asset", "transferFrom", [provider.address, otherProvider.address, assetId]);
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    await market().nextBlockAt(terms.claimDeadline);
    await expectRevert(finish(terms, leaseId), "TooEarly");
    await market().warpTo(terms.claimDeadline + 1);
    await finish(terms, leaseId);
    expect(await stakeOf(provider.address)).toEqual([2n * STAKE, 0n]);
    expect(await stakeOf(otherProvider.address)).toEqual([0n, 0n]);
  });

  it("keeps a provider without stake from taking the lease: a fault must cost something", async () => {
    await setParameter(market(), "leaseStake", STAKE);
    const terms = await market().funded();
    const assetId = await market().listedAsset();
    const failed = await market()
      .assign(terms, assetId)
      .catch((error: Error) => error);
    expect(failed).toBeInstanceOf(Error);
    expect(await market().read("market", "liveLeaseOf", [assetId])).toMatch(/^0x0+$/);
  });

  it("is what a job may ask for: free and locked together, to the unit", async () => {
    await stakeIn(market(), "registry", provider, 2n * STAKE);
    const assetId = await market().listedAsset();
    const short = await market().funded({ requirements: { ...ANY, minStake: 2n * STAKE + 1n } });
    await expectRevert(market().assign(short, assetId), "RequirementNotMet", [
      REQUIREMENT.stake,
      2n * STAKE,
      2n * STAKE + 1n,
    ]);
    await market().assign(await market().funded({ requirements: { ...ANY, minStake: 2n * STAKE } }), assetId);
  });
});

describe("a lease that was assigned and never started", () => {
  async function assigned() {
    await staked();
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset());
    return { terms, leaseId, deadline: Number((await market().lease(leaseId)).assignedAt) + 600 };
  }

  it("costs the provider stake, which goes to the buyer's refundTo, whoever reports it", async () => {
    const { terms, leaseId, deadline } = await assigned();
    await market().warpTo(deadline + 1);
    const { events } = await market().end(terms, leaseId, REASON.neverStarted, stranger);
    expect(events.find((event) => event.eventName === "LeasePenalised")?.args).toMatchObject({
      leaseId,
      provider: provider.address,
      to: terms.refundTo,
      amount: PENALTY,
    });
    expect(await stakeOf(provider.address)).toEqual([2n * STAKE - PENALTY, 0n]);
    expect(await market().read("registry", "creditOf", [terms.refundTo])).toBe(PENALTY);
    expect((await record(provider.address)).neverStarted).toBe(1);
    expect(await market().lease(leaseId)).toMatchObject({ state: STATE.closed, staked: false });
  });

  it("costs nothing when node or scheduler say so within the window, or the buyer changes its mind", async () => {
    for (const [by, reason] of [
      [node, REASON.neverStarted],
      [scheduler, REASON.neverStarted],
      [accounts.buyer, REASON.stoppedByBuyer],
    ] as const) {
      const { terms, leaseId, deadline } = await assigned();
      await market().nextBlockAt(deadline);
      await market().end(terms, leaseId, reason, by);
      expect((await stakeOf(provider.address))[1]).toBe(0n);
      expect((await record(provider.address)).neverStarted).toBe(0);
    }
  });
});

describe("finish", () => {
  it("records what was earned once, as reputation", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    await market().accept(terms, withFee(PRICE * 60n));
    await expectRevert(finish(terms, leaseId), "TooEarly");
    await market().settle(terms);
    const { events } = await finish(terms, leaseId);
    expect(events[0]).toMatchObject({
      eventName: "LeaseFinished",
      args: { leaseId, provider: provider.address, earned: PRICE * 60n },
    });
    expect(await record(provider.address)).toMatchObject({ settledValue: PRICE * 60n, leases: 1 });
    await expectRevert(finish(terms, leaseId), "AlreadyFinished", [leaseId]);
  });

  it("waits for a lease that nobody ended, and works for one without a last receipt", async () => {
    const { terms, leaseId } = await market().running();
    await market().warpTo(terms.claimDeadline + 1);
    await expectRevert(finish(terms, leaseId), "WrongState");
    await market().end(terms, leaseId, REASON.expired, stranger);
    await finish(terms, leaseId);
    expect((await record(provider.address)).settledValue).toBe(0n);
  });

  it("counts what only vouchers paid, once for all leases of the payee in the job", async () => {
    const { terms, leaseId, startedAt } = await market().running({ seconds: 60 });
    const second = await market().assign(terms, await market().listedAsset(), 60);
    const jobId = market().jobId(terms);
    const voucher = { jobId, payee: provider.address, spent: withFee(PRICE * 90n) };
    const signed = await signVoucher(market().at.escrow, voucher, accounts.buyer);
    await market().send(stranger, "escrow", "redeem", [market().at.token, provider.address, [signed], true]);
    await market().warpTo(startedAt + 60);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    await market().end(terms, second.leaseId, REASON.stoppedByBuyer, accounts.buyer);
    await market().warpTo(terms.claimDeadline + 1);
    // Sixty seconds are proven, ninety are countersigned: the larger counts.
    await finish(terms, leaseId);
    await finish(terms, second.leaseId);
    expect((await record(provider.address)).settledValue).toBe(PRICE * 90n);
  });
});
