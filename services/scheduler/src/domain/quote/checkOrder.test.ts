import type { Order } from "@gristmill/shared/api/quote";
import type { Terms } from "@gristmill/shared/job/terms";
import { workloadHash } from "@gristmill/shared/job/workload";
import { zeroAddress, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { checkOrder } from "./checkOrder.ts";
import { marketFixture, NOW, orderFixture } from "./quoteFixture.ts";

const order = orderFixture();
const check = (changed: Order, now = NOW, stored = new Map<string, number>()) =>
  checkOrder({ order: changed, market: marketFixture, now, stored });
const withTerms = (terms: Partial<Terms>): Order => ({ ...order, terms: { ...order.terms, ...terms } });
const stranger = `0x${"d".repeat(40)}` as const;

describe("checkOrder", () => {
  it.each<[string, Partial<Terms>]>([
    ["terms.workload", { workload: zeroHash }],
    ["terms.requirements.gpuCount", { requirements: { ...order.terms.requirements, gpuCount: 1 } }],
    ["terms.requirements.minMemoryBytes", { requirements: { ...order.terms.requirements, minMemoryBytes: 1n } }],
    ["terms.requirements.region", { requirements: { ...order.terms.requirements, region: "0x4445" } }],
    [
      "terms.requirements.minAttestationLevel",
      { requirements: { ...order.terms.requirements, minAttestationLevel: 1 } },
    ],
    ["terms.requirements.maxAttestationAge", { requirements: { ...order.terms.requirements, maxAttestationAge: 1 } }],
    ["terms.requirements.minStake", { requirements: { ...order.terms.requirements, minStake: 1n } }],
    ["terms.requirements.minReputation", { requirements: { ...order.terms.requirements, minReputation: 1n } }],
    ["terms.scheduler", { scheduler: stranger }],
    ["terms.token", { token: stranger }],
    ["terms.feeBps", { feeBps: 0, cap: 10_000n }],
    ["terms.feeRecipient", { feeRecipient: stranger }],
    ["terms.notary", { notary: stranger }],
    ["terms.maxLeases", { maxLeases: 4 }],
    ["terms.refundTo", { refundTo: zeroAddress }],
    ["terms.captureDeadline", { captureDeadline: order.terms.leaseEnd + 3_599 }],
    ["terms.reclaimAt", { reclaimAt: order.terms.claimDeadline }],
    ["terms.pricePerSecondCap", { pricePerSecondCap: 0n }],
  ])("refuses terms that would be paid and then not served: %s", (field, terms) => {
    const problems = check(withTerms(terms));
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]?.code).toBe("terms_mismatch");
  });

  it("says what an order costs when its cap is another", () => {
    expect(check(withTerms({ cap: 10_251n }))).toMatchObject([
      { field: "terms.cap", message: expect.stringMatching(/terms\.cap is 10251 .* this order costs 10250/) },
    ]);
  });

  it("refuses a cap below one second as such", () => {
    expect(check(withTerms({ cap: 101n }))).toMatchObject([{ code: "budget_below_one_tick", field: "terms.cap" }]);
  });

  it("refuses stale terms before the buyer pays for a job that cannot run to its end", () => {
    const lastMoment = order.terms.leaseEnd - 700;
    expect(check(order, lastMoment)).toEqual([]);
    expect(check(order, lastMoment + 1)).toMatchObject([{ code: "terms_expired", field: "terms.leaseEnd" }]);
  });

  it("refuses an input of an answer that is not sealed, before anybody pays for one that everybody could read", () => {
    const sha256 = "e".repeat(64) as Order["workload"]["inputs"][number]["sha256"];
    const inference = { modelId: zeroHash, inputCommitment: "5", sealedFor: [stranger] };
    const asking = (path: string) => {
      const workload = { ...order.workload, inputs: [{ path, sha256, bytes: 3 }], inference };
      const terms = { workload: workloadHash(workload), notary: marketFixture.contracts.market };
      return check({ ...withTerms(terms), workload }, NOW, new Map([[sha256, 3]]));
    };
    expect(asking("input.json")).toMatchObject([{ code: "terms_mismatch", field: "workload.inputs" }]);
    expect(asking("input.sealed")).toEqual([]);
  });

  it("refuses an input that is not stored, or is stored with another size", () => {
    const sha256 = "e".repeat(64) as Order["workload"]["inputs"][number]["sha256"];
    const workload = { ...order.workload, inputs: [{ path: "a.csv", sha256, bytes: 3 }] };
    const changed = { ...withTerms({ workload: workloadHash(workload) }), workload };
    expect(check(changed)).toMatchObject([{ code: "input_missing", field: "workload.inputs.0.sha256" }]);
    expect(check(changed, NOW, new Map([[sha256, 4]]))).toMatchObject([{ field: "workload.inputs.0.bytes" }]);
    expect(check(changed, NOW, new Map([[sha256, 3]]))).toEqual([]);
  });
});
