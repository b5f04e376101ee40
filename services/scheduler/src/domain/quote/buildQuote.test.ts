import { inferenceWorkload } from "@gristmill/shared/inference/inferenceWorkload";
import { SEALED_FILE } from "@gristmill/shared/inference/sealedInput";
import { workloadSpec } from "@gristmill/shared/job/workload";
import { zeroHash } from "viem";
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
      shards: 1,
      compute: 10_000n,
      expected: 10_250n,
      fee: 250n,
      feeBps: 250,
      total: 10_250n,
    });
    expect(terms.cap).toBe(10_250n);
    expect(terms.pricePerSecondCap).toBe(100n);
  });

  it("names the market as notary of a job that a proven answer pays, so that its time is never billed", () => {
    const sealed = { path: SEALED_FILE, sha256: "e".repeat(64), bytes: 3 };
    const inference = { modelId: zeroHash, inputCommitment: "5", sealedFor: [assetFixture().node] };
    const workload = { image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100, inputs: [sealed], inference };
    const quote = quoteFixture(requestFixture({ workload }));
    expect(quote.terms.notary).toBe(marketFixture.contracts.market);
    expect(quote.terms.workload).toBe(inferenceWorkload(zeroHash, 5n, workloadSpec(quote.workload)));
    expect(quote.price.total).toBe(10_250n);
    const { terms, requirements } = quote;
    const order = { terms, workload: quote.workload, requirements };
    const check = (changed: typeof order) =>
      checkOrder({ order: changed, market: marketFixture, now: NOW, stored: new Map([[sealed.sha256, 3]]) }).map(
        ({ field }) => field,
      );
    expect(check(order)).toEqual([]);
    expect(check({ ...order, terms: { ...terms, notary: marketFixture.notary } })).toEqual(["terms.notary"]);
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

  it("says why it chose: the buyer's objective, beside what the next best would have been", () => {
    const dearer = assetFixture({ assetId: "2", startSeconds: 1 });
    const assets = [assetFixture(), dearer];
    const cheapest = quoteOutcome(requestFixture(), assets);
    expect(cheapest).toMatchObject({
      quote: {
        objective: "cheapest",
        considered: 2,
        fitting: 2,
        why: "north has the lowest price: 0.0001 USD / s, against 0.0001 USD / s at north, the next of 2 that fit",
      },
    });
    const fastest = quoteOutcome(requestFixture({ requirements: { objective: "fastest_start" } }), assets);
    expect(fastest.outcome === "quoted" && fastest.quote.candidates[0]).toMatchObject({ assetId: "2" });
    expect(fastest.outcome === "quoted" && fastest.quote.why).toContain(
      "has the earliest start: about 86.9 s to start",
    );
  });

  it("ends every lease by the buyer's deadline, and can be ordered only while that is possible", () => {
    const { terms, validUntil } = quoteFixture(requestFixture({ deadline: NOW + 1_000 }));
    expect(terms.leaseEnd).toBe(NOW + 1_000);
    expect(validUntil).toBe(NOW + 300);
    expect(quoteOutcome(requestFixture({ deadline: NOW + 699 })).outcome).toBe("refused");
  });

  it("writes stake, reputation and attestation into the terms, so that the chain refuses what placement should not have chosen", () => {
    const trusted = assetFixture({
      attestation: "attested",
      trust: { measuredAt: NOW - 5, expiresAt: 4_000_000_000, stake: 9n, reputation: 8n },
    });
    const wanted = { minStake: "9", minReputation: "8", minAttestationLevel: 1, maxAttestationAgeSeconds: 5 };
    const result = quoteOutcome(requestFixture({ requirements: wanted }), [trusted]);
    if (result.outcome === "refused") throw new Error(result.message);
    const { terms, workload, requirements } = result.quote;
    expect(terms.requirements).toMatchObject({
      ...{ minStake: 9n, minReputation: 8n, minAttestationLevel: 1, maxAttestationAge: 5 },
    });
    const order = { terms, workload, requirements };
    expect(checkOrder({ order, market: marketFixture, now: NOW, stored: new Map() })).toEqual([]);
  });

  it("says why each asset was refused when none fits", () => {
    const request = requestFixture({ requirements: { gpuCount: 1, minVramMiB: 40_960 } });
    const result = quoteOutcome(request, [assetFixture(), assetFixture({ assetId: "2" })]);
    expect(result).toMatchObject({ outcome: "refused", code: "no_asset_fits" });
    expect(result).toMatchObject({ refused: [{ field: "requirements.minVramMiB", assets: 2, assetId: "1" }] });
  });
});
