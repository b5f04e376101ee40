import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { idOf, MINIMUM_STAKE, sendAs, setParameter, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger, refundTo } = accounts;
const DELAY = 2 * 3600;
const lease = idOf("lease");

const stakeOf = () => market().read<readonly [bigint, bigint]>("registry", "stakeOf", [provider.address]);
const asMarket = (verb: string, args: readonly unknown[]) =>
  sendAs(market(), market().at.market, "registry", verb, args);
const asCourt = (verb: string, args: readonly unknown[]) => sendAs(market(), market().at.court, "registry", verb, args);

describe("stake", () => {
  it("takes approved money and counts it as free", async () => {
    const { events } = await stakeIn(market(), "registry", provider);
    expect(events.at(-1)).toMatchObject({ eventName: "Staked", args: { account: provider.address } });
    expect(await stakeOf()).toEqual([MINIMUM_STAKE, 0n]);
    expect(await market().tokens(market().at.registry)).toBe(MINIMUM_STAKE);
  });

  it("reverts for nothing and without an approval", async () => {
    await expectRevert(market().send(provider, "registry", "stake", [0n]), "ZeroAmount");
    await expectRevert(market().send(provider, "registry", "stake", [1n]), "ERC20InsufficientAllowance");
  });
});

describe("unbond and withdrawStake", () => {
  it("pay after the delay, whoever asks for it", async () => {
    await stakeIn(market(), "registry", provider);
    await market().send(provider, "registry", "unbond", [40n * USD]);
    expect(await stakeOf()).toEqual([60n * USD, 0n]);
    await expectRevert(market().send(stranger, "registry", "withdrawStake", [provider.address]), "StillUnbonding");
    await market().warpTo((await market().now()) + DELAY);
    const before = await market().tokens(provider.address);
    await market().send(stranger, "registry", "withdrawStake", [provider.address]);
    expect(await market().tokens(provider.address)).toBe(before + 40n * USD);
    await expectRevert(market().send(stranger, "registry", "withdrawStake", [provider.address]), "ZeroAmount");
  });

  it("restart the delay for all of it: an old request is no way out for new stake", async () => {
    await stakeIn(market(), "registry", provider);
    await market().send(provider, "registry", "unbond", [USD]);
    await market().warpTo((await market().now()) + DELAY - 60);
    await market().send(provider, "registry", "unbond", [99n * USD]);
    await market().warpTo((await market().now()) + 120);
    await expectRevert(market().send(provider, "registry", "withdrawStake", [provider.address]), "StillUnbonding");
  });

  it("keep the delay they started with when the parameter grows", async () => {
    await stakeIn(market(), "registry", provider);
    await market().send(provider, "registry", "unbond", [USD]);
    await setParameter(market(), "unbondingDelay", 80n * 86_400n);
    await market().warpTo((await market().now()) + DELAY);
    await market().send(provider, "registry", "withdrawStake", [provider.address]);
  });

  it("leave what backs a lease: a provider cannot run from a running one", async () => {
    await stakeIn(market(), "registry", provider);
    await asMarket("lock", [provider.address, lease, 70n * USD]);
    await expectRevert(market().send(provider, "registry", "unbond", [31n * USD]), "InsufficientStake", [
      provider.address,
      31n * USD,
      30n * USD,
    ]);
    await market().send(provider, "registry", "unbond", [30n * USD]);
  });
});

describe("lock and unlock", () => {
  it("move stake between free and locked", async () => {
    await stakeIn(market(), "registry", provider);
    await asMarket("lock", [provider.address, lease, 70n * USD]);
    expect(await stakeOf()).toEqual([30n * USD, 70n * USD]);
    await asMarket("unlock", [lease]);
    expect(await stakeOf()).toEqual([100n * USD, 0n]);
  });

  it("reverts for more than is free: one stake does not back two leases", async () => {
    await stakeIn(market(), "registry", provider);
    await asMarket("lock", [provider.address, lease, 70n * USD]);
    await expectRevert(asMarket("lock", [provider.address, idOf("other"), 31n * USD]), "InsufficientStake");
    await expectRevert(asMarket("lock", [provider.address, lease, USD]), "AlreadyLocked", [lease]);
  });

  it("are the market's and the court's alone, and each unlocks its own", async () => {
    await stakeIn(market(), "registry", provider);
    await expectRevert(market().send(stranger, "registry", "lock", [provider.address, lease, 1n]), "OnlyMarketOrCourt");
    await asMarket("lock", [provider.address, lease, USD]);
    await asCourt("unlock", [lease]);
    await market().send(provider, "registry", "unlock", [lease]);
    expect((await stakeOf())[1]).toBe(USD);
  });
});

describe("penalise", () => {
  it("takes at most what is locked for the lease, to a credit", async () => {
    await stakeIn(market(), "registry", provider);
    await asMarket("lock", [provider.address, lease, 5n * USD]);
    await asMarket("penalise", [lease, 7n * USD, refundTo.address]);
    expect(await stakeOf()).toEqual([95n * USD, 0n]);
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(5n * USD);
    await asMarket("unlock", [lease]);
    expect(await stakeOf()).toEqual([95n * USD, 0n]);
    await market().send(stranger, "registry", "withdrawCredit", [refundTo.address]);
    expect(await market().tokens(refundTo.address)).toBe(5n * USD);
  });

  it("reverts for everybody but the market", async () => {
    for (const by of [stranger, provider])
      await expectRevert(market().send(by, "registry", "penalise", [lease, 1n, by.address]), "OnlyMarket");
    await expectRevert(asCourt("penalise", [lease, 1n, refundTo.address]), "OnlyMarket");
  });
});

describe("slashLease", () => {
  it("takes only what is locked for that lease, and is the court's alone", async () => {
    await stakeIn(market(), "registry", provider);
    await asMarket("lock", [provider.address, lease, 5n * USD]);
    await asMarket("lock", [provider.address, idOf("other"), 6n * USD]);
    for (const call of [
      asMarket,
      (verb: string, args: readonly unknown[]) => market().send(stranger, "registry", verb, args),
    ])
      await expectRevert(call("slashLease", [lease, USD, refundTo.address]), "OnlyCourt");
    await asCourt("slashLease", [lease, 100n * USD, refundTo.address]);
    expect(await stakeOf()).toEqual([89n * USD, 6n * USD]);
  });
});

describe("slash", () => {
  it("takes free stake, then unbonding stake, never what backs other leases", async () => {
    await stakeIn(market(), "registry", provider);
    await asMarket("lock", [provider.address, lease, 50n * USD]);
    await market().send(provider, "registry", "unbond", [30n * USD]);
    await asCourt("slash", [provider.address, 1_000n * USD, refundTo.address]);
    expect(await stakeOf()).toEqual([0n, 50n * USD]);
    expect(await market().read("registry", "creditOf", [refundTo.address])).toBe(50n * USD);
    expect(await market().read("registry", "totalOwed")).toBe(100n * USD);
  });

  it("reverts for everybody but the court: no key takes a provider's stake", async () => {
    for (const by of [stranger, provider, accounts.deployer])
      await expectRevert(market().send(by, "registry", "slash", [provider.address, 1n, by.address]), "OnlyCourt");
    await expectRevert(asMarket("slash", [provider.address, 1n, refundTo.address]), "OnlyCourt");
  });
});
