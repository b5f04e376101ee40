import { describe, expect, it } from "vitest";
import { assetFixture } from "../placement/assetFixture.ts";
import { checkOrder } from "./checkOrder.ts";
import { marketFixture, NOW, orderFixture, quoteFixture, quoteOutcome, requestFixture } from "./quoteFixture.ts";

describe("buildQuote", () => {
  it("shows a price with every fee in it, and terms that cost exactly that", () => {
    const { price, terms } = quoteFixture();
    expect(price).toEqual({
      pricePerSecond: 100n,
      maxSeconds: 100,
      compute: 10_000n,
      fee: 250n,
      feeBps: 250,
      total: 10_250n,
    });
    expect(terms.cap).toBe(10_250n);
    expect(terms.pricePerSecondCap).toBe(100n);
  });

  it("writes terms that the scheduler then takes: a quote can always be ordered", () => {
    expect(checkOrder({ order: orderFixture(), market: marketFixture, now: NOW, stored: new Map() })).toEqual([]);
  });

  it("leaves more than the window between deadlines: the escrow would refuse less", () => {
    const { leaseEnd, captureDeadline, claimDeadline, reclaimAt } = quoteFixture().terms;
    const { windowSeconds } = marketFixture;
    expect(captureDeadline - leaseEnd).toBeGreaterThan(windowSeconds);
    expect(claimDeadline - captureDeadline).toBeGreaterThan(windowSeconds);
    expect(reclaimAt - claimDeadline).toBeGreaterThan(windowSeconds);
  });

  it("names the scheduler as notary, and the buyer as payee of refunds unless told otherwise", () => {
    expect(quoteFixture().terms).toMatchObject({ refundTo: requestFixture().buyer, notary: marketFixture.notary });
    const other = `0x${"c".repeat(40)}`;
    expect(quoteFixture(requestFixture({ refundTo: other })).terms.refundTo.toLowerCase()).toBe(other);
  });

  it("refuses a budget below one second and says what a second costs", () => {
    expect(quoteOutcome(requestFixture({ budget: "101" }))).toMatchObject({
      outcome: "refused",
      code: "budget_below_one_tick",
    });
    expect(quoteOutcome(requestFixture({ budget: "102" }))).toMatchObject({
      outcome: "refused",
      code: "no_asset_fits",
    });
    expect(quoteOutcome(requestFixture({ budget: "10250" })).outcome).toBe("quoted");
  });

  it("says why each asset was refused when none fits", () => {
    const request = requestFixture({ requirements: { gpuCount: 1, minVramMiB: 40_960 } });
    const result = quoteOutcome(request, [assetFixture(), assetFixture({ assetId: "2" })]);
    expect(result).toMatchObject({ outcome: "refused", code: "no_asset_fits" });
    expect(result.outcome === "refused" && result.refused.map(({ field }) => field)).toEqual([
      "requirements.minVramMiB",
      "requirements.minVramMiB",
    ]);
  });
});
