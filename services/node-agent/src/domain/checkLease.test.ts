import { termsSchema } from "@gristmill/shared/job/terms";
import { workloadHash, workloadSchema } from "@gristmill/shared/job/workload";
import { getAddress, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { type LeaseFacts, type LeaseHint, leaseRefusal } from "./checkLease.ts";

const address = (digit: string) => getAddress(`0x${digit.repeat(40)}`);
const [node, provider, notary, other] = ["1", "2", "3", "4"].map(address) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const workload = workloadSchema.parse({ image: `a@sha256:${"a".repeat(64)}`, maxSeconds: 60 });
const terms = termsSchema.parse({
  ...{
    buyer: other,
    refundTo: other,
    salt: `0x${"0".repeat(64)}`,
    token: other,
    cap: "61500",
    pricePerSecondCap: "1000",
  },
  ...{ workload: workloadHash(workload), scheduler: other, notary, maxLeases: 1, feeBps: 250, feeRecipient: other },
  requirements: { gpuClass: `0x${"0".repeat(64)}`, gpuCount: 0, minMemoryBytes: "0", region: "0x0000" },
  ...{ leaseEnd: 10, captureDeadline: 20, claimDeadline: 30, reclaimAt: 40 },
});
const jobId = `0x${"5".repeat(64)}` as LeaseFacts["jobId"];
const facts: LeaseFacts = {
  ...{ state: "assigned", jobId, node, payee: provider, assetNode: node, pricePerSecond: 1000n, reserved: 61_500n },
  ...{ maxSeconds: 60, job: { deposited: 61_500n, reserved: 61_500n, closed: false }, chainTime: 100, endsAt: 200 },
};
const hint: LeaseHint = { termsJobId: jobId, terms, workloadHash: workloadHash(workload), workload };
const own = { node, provider, notary, cpuCores: 2, memoryMiB: 4096 };

test("a lease that the chain confirms is taken", () => {
  expect(leaseRefusal(facts, hint, own)).toBeUndefined();
});

test("a job whose first machine was lost goes on here with the time that its money still pays for", () => {
  const longer = { ...hint, workload: { ...workload, maxSeconds: 61 } };
  expect(leaseRefusal(facts, longer, own)).toBeUndefined();
});

const otherJob = `0x${"6".repeat(64)}` as LeaseFacts["jobId"];
const lies: [string, Partial<LeaseFacts>, Partial<LeaseHint>, RegExp][] = [
  ["there is no such lease", { state: "none" }, {}, /no such lease/],
  ["it runs already", { state: "started" }, {}, /started on chain/],
  ["it is another node's", { node: other }, {}, /not for this one/],
  ["its asset lives elsewhere", { assetNode: other }, {}, /another node/],
  ["somebody else is paid", { payee: other }, {}, /pays/],
  ["the terms are another job's", {}, { termsJobId: otherJob }, /hash differs/],
  ["the workload is another one", {}, { workloadHash: otherJob }, /hash differs/],
  ["there is no notary", {}, { terms: { ...terms, notary: zeroAddress } }, /no notary/],
  ["the price is above the cap", { pricePerSecond: 1001n, reserved: 70_000n }, {}, /cap/],
  ["the job is closed", { job: { ...facts.job, closed: true } }, {}, /closed/],
  ["one atomic unit is not reserved", { reserved: 61_499n }, {}, /reserves 61499/],
  ["the escrow holds less than the lease says", { job: { ...facts.job, reserved: 1n } }, {}, /does not hold/],
  ["its time to start is over", { chainTime: 200 }, {}, /time to start/],
  ["the workload wants more memory than there is", {}, { workload: { ...workload, memoryMiB: 4097 } }, /4097 MiB/],
  ["the workload wants more cores than there are", {}, { workload: { ...workload, cpuMilli: 2001 } }, /2\.001 CPU/],
];
for (const [name, fact, said, reason] of lies) {
  test(`a provider does no unpaid work when ${name}`, () => {
    expect(leaseRefusal({ ...facts, ...fact }, { ...hint, ...said }, own)).toMatch(reason);
  });
}
