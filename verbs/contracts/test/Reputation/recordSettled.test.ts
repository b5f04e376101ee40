import { beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { sendAs, setParameter, stakeIn, USD } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, buyer, stranger, feeRecipient, otherProvider } = accounts;
const PERIOD = 30 * 86_400;

const asMarket = (verb: string, args: readonly unknown[]) =>
  sendAs(market(), market().at.market, "reputation", verb, args);
const settle = (fee: bigint, options: { provider?: string; buyer?: string; to?: string } = {}) =>
  asMarket("recordSettled", [
    options.provider ?? provider.address,
    options.buyer ?? buyer.address,
    fee * 40n,
    fee,
    options.to ?? feeRecipient.address,
  ]);
const score = (of: string = provider.address) => market().read<bigint>("reputation", "scoreOf", [of]);
const sqrt = (value: bigint) => BigInt(Math.floor(Math.sqrt(Number(value))));

beforeEach(async () => {
  await sendAs(market(), market().at.timelock, "parameters", "recogniseFeeRecipient", [feeRecipient.address, true]);
});

describe("recordSettled", () => {
  it("counts settled value and earns half of the fee from a buyer without stake", async () => {
    await settle(USD);
    expect(await score()).toBe(USD / 2n);
    expect(await market().read("reputation", "recordOf", [provider.address])).toMatchObject({
      settledValue: 40n * USD,
      leases: 1,
    });
  });

  it("earns up to all of it from a buyer with stake", async () => {
    await stakeIn(market(), "registry", buyer);
    await settle(USD);
    expect(await score()).toBe(USD);
  });

  it("earns nothing for a fee that comes back to the trader", async () => {
    await settle(USD, { to: stranger.address });
    await asMarket("recordSettled", [provider.address, buyer.address, USD]);
    expect(await score()).toBe(0n);
  });

  it("earns less and less from one buyer: diversity counts", async () => {
    const floor = 100n * USD;
    await settle(floor);
    expect(await score()).toBe(floor / 2n);
    for (let index = 0; index < 8; index++) await settle(floor);
    // Each of the nine is rounded down.
    const threefold = (sqrt(9n) * floor) / 2n;
    expect(Number(threefold - (await score()))).toBeLessThan(9);
    expect(Number(threefold - (await score()))).toBeGreaterThanOrEqual(0);
    await settle(floor, { buyer: stranger.address });
    expect(Number(threefold + floor / 2n - (await score()))).toBeLessThan(10);
  });

  it("earns nothing between accounts of one owner", async () => {
    await market().send(buyer, "registry", "offerOwner", [provider.address]);
    await market().send(provider, "registry", "acceptOwned", [buyer.address]);
    await settle(USD);
    expect(await score()).toBe(0n);
  });

  it("halves every period: old work does not vouch for ever", async () => {
    await settle(8n * USD);
    const first = await score();
    await market().warpTo((Math.floor((await market().now()) / PERIOD) + 2) * PERIOD);
    expect(await score()).toBe(first / 4n);
    await settle(8n * USD);
    expect(await score()).toBe(first / 4n + first);
  });

  it("reverts for everybody but the market: nobody writes its own reputation", async () => {
    for (const by of [provider, stranger]) {
      const args = [provider.address, buyer.address, USD];
      await expectRevert(market().send(by, "reputation", "recordFault", [provider.address, 0]), "OnlyRecorder");
      await expectRevert(market().send(by, "reputation", "recordDispute", [provider.address]), "OnlyRecorder");
      await expectRevert(
        market().sendTo(by, market().at.reputation, threeArgumentAbi, "recordSettled", args),
        "OnlyRecorder",
      );
    }
  });
});

const threeArgumentAbi = [
  {
    type: "function",
    name: "recordSettled",
    stateMutability: "nonpayable",
    inputs: [
      { name: "provider", type: "address" },
      { name: "buyer", type: "address" },
      { name: "amount", type: "uint256" },
    ],
    outputs: [],
  },
  { type: "error", name: "OnlyRecorder", inputs: [{ name: "caller", type: "address" }] },
] as const;

describe("recordFault", () => {
  it("costs an eighth of the score, a lost ruling half, and shows in the uptime", async () => {
    await settle(8n * USD);
    const before = await score();
    await asMarket("recordFault", [provider.address, 1]);
    expect(await score()).toBe(before - before / 8n);
    expect(await market().read("reputation", "uptimeBpsOf", [provider.address])).toBe(5000n);
    const then = await score();
    await sendAs(market(), market().at.court, "reputation", "recordFault", [provider.address, 2]);
    expect(await score()).toBe(then / 2n);
    expect(await market().read("reputation", "uptimeBpsOf", [otherProvider.address])).toBe(10_000n);
  });
});

describe("1,000 self-trading nodes", () => {
  it("gain less reputation than the fees they pay, however they spread their trades", async () => {
    const address = (kind: number, index: number) => `0x${(kind * 100_000 + index).toString(16).padStart(40, "0")}`;
    // The same attacker as both sides of every trade, each node its own buyer, then rings, then one buyer for all.
    const fee = USD / 10n;
    let paid = 0n;
    for (let node = 0; node < 1000; node++) {
      const buyerIndex = node < 400 ? node : node < 800 ? (node + 1) % 400 : 0;
      await settle(fee, { provider: address(1, node), buyer: address(2, buyerIndex) });
      paid += fee;
    }
    let gained = 0n;
    for (let node = 0; node < 1000; node++) gained += await score(address(1, node));
    expect(gained).toBeGreaterThan(0n);
    expect(gained).toBeLessThan(paid);
    // All of them for one provider, to make one big score, is no better.
    const one = address(3, 1);
    for (let index = 0; index < 50; index++) await settle(fee, { provider: one, buyer: address(2, index) });
    expect(await score(one)).toBeLessThan(50n * fee);
    await setParameter(market(), "washFloor", 1n);
    await settle(100n * USD, { provider: address(3, 2) });
    expect(await score(address(3, 2))).toBeLessThan(USD / 100n);
  });
});
