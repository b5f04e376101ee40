import type { Hex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PRICE, REASON, withFee } from "../support/market.ts";
import { runOf } from "../support/runs.ts";
import { signBuyer } from "../support/signBuyer.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { buyer, stranger } = accounts;
const DAY = 86_400;
const setCap = (cap: bigint, period = DAY) =>
  market().send(buyer, "market", "setSpendingCap", [market().at.token, cap, period]);
const spendingCap = () =>
  market().read<[bigint, bigint, number]>("market", "spendingCapOf", [buyer.address, market().at.token]);
const minute = withFee(PRICE * 60n);

describe("setSpendingCap", () => {
  it("bounds what all the buyer's jobs together may reserve in a period, to the unit", async () => {
    await setCap(2n * minute - 1n);
    await market().assign(await market().funded(), await market().listedAsset(), 60);
    const next = await market().funded();
    const assetId = await market().listedAsset();
    await expectRevert(market().assign(next, assetId, 60), "SpendingCapReached", [minute, minute - 1n]);
    await setCap(2n * minute);
    await market().assign(next, assetId, 60);
    expect(await spendingCap()).toEqual([2n * minute, 2n * minute, DAY]);
  });

  it("starts anew with the next period", async () => {
    await setCap(minute, 3600);
    await market().assign(await market().funded(), await market().listedAsset(), 60);
    const later = await market().funded();
    const assetId = await market().listedAsset();
    await expectRevert(market().assign(later, assetId, 60), "SpendingCapReached");
    await market().warpTo((await market().now()) + 3601);
    await market().assign(later, assetId, 60);
  });

  it("gives back what an early end frees", async () => {
    await setCap(minute);
    const terms = await market().funded();
    const { leaseId } = await market().assign(terms, await market().listedAsset(), 60);
    await market().end(terms, leaseId, REASON.stoppedByBuyer, buyer);
    expect((await spendingCap())[1]).toBe(0n);
    await market().assign(terms, await market().listedAsset(), 60);
  });

  it("gives back what a last receipt leaves unbilled, single or of a batch", async () => {
    await setCap(2n * withFee(PRICE * 600n));
    const [one, other] = [await market().running(), await market().running()];
    await market().warpTo(other.startedAt + 100);
    const last = { last: true };
    await market().capture(one.terms, market().receiptOf(one.leaseId, last));
    const item = { terms: other.terms, receipt: market().receiptOf(other.leaseId, last) };
    await market().send(stranger, "market", "captureBatch", [[await runOf(market(), [item])]]);
    expect((await spendingCap())[1]).toBe(2n * minute);
  });

  it("never stands between a node and what it has earned", async () => {
    await setCap(minute);
    const run = await market().running({ seconds: 60 });
    await setCap(0n);
    await market().warpTo(run.startedAt + 60);
    await market().capture(run.terms, market().receiptOf(run.leaseId, { last: true }));
    expect((await market().job(run.terms)).booked).toBe(PRICE * 60n);
  });

  it("binds an extension too, and is lifted by a period of zero", async () => {
    await setCap(minute);
    const run = await market().running({ seconds: 60 });
    const { termsForChain } = await import("@gristmill/shared/job/terms");
    const extend = () => market().send(buyer, "market", "extend", [termsForChain(run.terms), run.leaseId, 61]);
    await expectRevert(extend(), "SpendingCapReached");
    await setCap(0n, 0);
    await extend();
  });

  it("reverts for a period of more than a year", async () => {
    await expectRevert(setCap(1n, 367 * DAY), "PeriodOutOfRange");
  });
});

describe("setSpendingCapFor", () => {
  it("takes the buyer's signature once, so that a relay cannot bring a former cap back", async () => {
    const token = market().at.token;
    const deadline = BigInt((await market().now()) + 600);
    const sign = (nonce: bigint, signer = buyer) =>
      signBuyer(market(), "SpendingCap", { token, cap: 5n, periodSeconds: DAY, nonce, deadline }, signer);
    const send = (signature: Hex) =>
      market().send(stranger, "market", "setSpendingCapFor", [buyer.address, token, 5n, DAY, deadline, signature]);
    await expectRevert(send(await sign(0n, stranger)), "BadBuyerSignature", [buyer.address]);
    const signature = await sign(0n);
    await send(signature);
    expect((await spendingCap())[0]).toBe(5n);
    await expectRevert(send(signature), "BadBuyerSignature");
    expect(await market().read("market", "spendingNonceOf", [buyer.address])).toBe(1n);
  });
});
