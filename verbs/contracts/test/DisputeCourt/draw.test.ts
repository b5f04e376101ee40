import { keccak256, toHex } from "viem";
import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { arbiterAccounts, courtOn } from "../support/court.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { extraAccount, MINIMUM_STAKE, mine, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { stranger, buyer, provider } = accounts;
let court: ReturnType<typeof courtOn>;
beforeEach(() => {
  court = courtOn(market());
});

async function opened() {
  const { terms, leaseId } = await court.booked();
  return { terms, ...(await court.open(terms, leaseId)) };
}

describe("fixSeed and draw", () => {
  it("draw a panel that a second call cannot change", async () => {
    await court.stakeArbiters();
    const { caseId } = await opened();
    await expectRevert(market().send(stranger, "court", "draw", [caseId]), "SeedNotFixed");
    const seats = await court.drawPanel(caseId);
    expect(seats).toHaveLength(3);
    await expectRevert(market().send(stranger, "court", "fixSeed", [caseId]), "SeedAlreadyFixed");
    await expectRevert(market().send(stranger, "court", "draw", [caseId]), "AlreadyDrawn");
  });

  it("wait for the block that the claim named: whoever opens cannot know the panel", async () => {
    await court.stakeArbiters();
    const { caseId } = await opened();
    await expectRevert(market().send(stranger, "court", "fixSeed", [caseId]), "SeedTooEarly");
  });

  it("end with no panel when nobody kept the seed: there is no second draw to hope for", async () => {
    await court.stakeArbiters();
    const { terms, caseId } = await opened();
    await mine(market(), 9_000);
    await expectRevert(market().send(stranger, "court", "fixSeed", [caseId]), "SeedGone");
    await court.toTenth(caseId, 6);
    await court.end(caseId, terms);
    expect(await market().credit(provider.address)).toBe(60_000n);
  });

  it("weigh stake as it was at the claim: stake moved after the seed is known draws nobody", async () => {
    await court.stakeArbiters();
    const { caseId } = await opened();
    await mine(market(), 3);
    await market().send(stranger, "court", "fixSeed", [caseId]);
    const late = extraAccount(20) as unknown as typeof stranger;
    await stakeIn(market(), "arbiters", late, 100_000n * USD);
    const sent = await market().send(stranger, "court", "draw", [caseId]);
    const seats = sent.events[0]?.args.seats as string[];
    expect(seats).toHaveLength(3);
    expect(seats).not.toContain(late.address);
  });

  it("never seat a party, nor whoever stands behind one", async () => {
    await stakeIn(market(), "arbiters", buyer);
    await stakeIn(market(), "arbiters", provider);
    await stakeIn(market(), "arbiters", stranger);
    await market().send(stranger, "registry", "offerOwner", [provider.address]);
    await market().send(provider, "registry", "acceptOwned", [stranger.address]);
    const { caseId } = await opened();
    expect(await court.drawPanel(caseId)).toEqual([]);
  });

  it("seat no account below the least stake", async () => {
    await stakeIn(market(), "arbiters", stranger, MINIMUM_STAKE - 1n);
    const { caseId } = await opened();
    expect(await court.drawPanel(caseId)).toEqual([]);
  });
});

describe("the draw", () => {
  const drawWith = (index: number, seats: number, block: bigint) =>
    market().read<string[]>("arbiters", "draw", [keccak256(toHex(index)), BigInt(seats), Number(block), []]);

  it("gives a colluding minority no majority of seats but by rare luck, and an appeal makes it rarer", async () => {
    // 12 arbiters, 4 of them (a third of the stake) of one hand.
    const all = Array.from({ length: 12 }, (_, index) => extraAccount(30 + index) as unknown as typeof stranger);
    for (const arbiter of all) await stakeIn(market(), "arbiters", arbiter);
    const colluding = new Set(all.slice(0, 4).map((arbiter) => arbiter.address as string));
    const block = await market().publicClient.getBlockNumber();
    await mine(market(), 1);

    const cases = 400;
    const lost = { first: 0, appeal: 0, both: 0 };
    for (let index = 0; index < cases; index++) {
      const held = async (round: number, size: number) => {
        const seats = await drawWith(index * 2 + round, size, block);
        expect(seats).toHaveLength(size);
        return seats.filter((seat) => colluding.has(seat)).length * 2 > size;
      };
      const [first, appeal] = [await held(0, 3), await held(1, 7)];
      lost.first += Number(first);
      lost.appeal += Number(appeal);
      lost.both += Number(first && appeal);
    }
    // Binomial with p = 1/3: 26% of panels of 3, 17% of panels of 7. A chosen panel would be 100%.
    expect(lost.first / cases).toBeLessThan(0.34);
    expect(lost.appeal / cases).toBeLessThan(0.25);
    // Who is wronged in the first panel appeals: a wrong ruling needs both.
    expect(lost.both / cases).toBeLessThan(0.1);
    expect(lost.first).toBeGreaterThan(0);
  });

  it("gives one stake in many accounts no more seats than in one: Sybil arbiters gain nothing", async () => {
    const whale = extraAccount(60) as unknown as typeof stranger;
    await stakeIn(market(), "arbiters", whale, 5n * MINIMUM_STAKE);
    await court.stakeArbiters();
    const sybils = new Set(arbiterAccounts.map((arbiter) => arbiter.address as string));
    const block = await market().publicClient.getBlockNumber();
    await mine(market(), 1);
    let bySybils = 0;
    for (let index = 0; index < 100; index++)
      bySybils += (await drawWith(index, 7, block)).filter((seat) => sybils.has(seat)).length;
    expect(bySybils / 700).toBeGreaterThan(0.42);
    expect(bySybils / 700).toBeLessThan(0.58);
  });
});
