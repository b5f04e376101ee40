import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { MINIMUM_STAKE, mine, sendAs, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { stranger, provider, deployer, buyer } = accounts;
const drawable = async () => {
  await mine(market(), 1);
  const block = Number(await market().publicClient.getBlockNumber()) - 1;
  return market().read<bigint>("arbiters", "drawableAt", [block]);
};

describe("penalise and award", () => {
  it("are the court's alone: no key takes an arbiter's stake", async () => {
    for (const by of [stranger, provider, deployer]) {
      await expectRevert(market().send(by, "arbiters", "penalise", [stranger.address, 1n]), "OnlyCourt");
      await expectRevert(market().send(by, "arbiters", "award", [by.address, 1n]), "OnlyCourt");
    }
  });

  it("give on no more than what was taken", async () => {
    await stakeIn(market(), "arbiters", stranger);
    const asCourt = (verb: string, args: readonly unknown[]) =>
      sendAs(market(), market().at.court, "arbiters", verb, args);
    await asCourt("penalise", [stranger.address, USD]);
    await expect(asCourt("award", [buyer.address, USD + 1n])).rejects.toThrow();
    await asCourt("award", [buyer.address, USD]);
    expect(await market().read("arbiters", "totalOwed")).toBe(MINIMUM_STAKE);
    expect(await drawable()).toBe(0n);
  });
});

describe("stake that can be drawn", () => {
  it("follows stake, unbonding and the least stake; a seat that was left is given on", async () => {
    await stakeIn(market(), "arbiters", stranger, 2n * MINIMUM_STAKE);
    await stakeIn(market(), "arbiters", provider);
    expect(await drawable()).toBe(3n * MINIMUM_STAKE);
    await market().send(stranger, "arbiters", "unbond", [MINIMUM_STAKE + 1n]);
    expect(await drawable()).toBe(MINIMUM_STAKE);
    await stakeIn(market(), "arbiters", buyer);
    expect(await drawable()).toBe(2n * MINIMUM_STAKE);
    await stakeIn(market(), "arbiters", stranger, 1n);
    expect(await drawable()).toBe(3n * MINIMUM_STAKE);
  });
});
