import { expect, test } from "vitest";
import { after, assigned, captured, closed, ended, jobId, leaseIds, started } from "./lifecycleFixture.ts";
import { timeline } from "./timeline.ts";
import type { Phase } from "./timelineEntry.ts";

const [first, second] = leaseIds;
const phases: Phase[] = [
  { phase: "pulling", detail: "Pulling.", at: 1012 },
  { phase: "running", detail: "Running.", at: 1021 },
  { phase: "proving", detail: "Proving.", at: 1039 },
];
const statuses = (facts: Parameters<typeof after>, said: (leaseId: string) => Phase[] = () => []) => {
  const { job, leases } = after(...facts);
  return timeline(job, leases, said).map((entry) => entry.status);
};
const run = [assigned(first), started(first), captured(first), ended(first, "completed"), closed(first, 20)];
const settled = { kind: "jobSettled", jobId, paid: 200n, fees: 2n, refunded: 9798n } as const;

test("a buyer sees every step of a good run, once and in order", () => {
  expect(statuses([...run, settled], () => phases)).toEqual([
    "funded",
    "placed",
    "pulling",
    "running",
    "proving",
    "captured",
    "settled",
  ]);
});

test("a node's word alone does not make a job run or prove: the chain must say it started", () => {
  expect(statuses([assigned(first)], () => phases)).toEqual(["funded", "placed", "pulling"]);
});

test("a lost node sends the job back to funded, and the next lease goes forward from there", () => {
  const facts = [assigned(first), started(first), ended(first, "node_lost"), assigned(second), started(second)];
  expect(statuses(facts)).toEqual(["funded", "placed", "running", "funded", "placed", "running"]);
});

test("a job that nobody worked on ends as refunded, not as settled", () => {
  expect(statuses([{ ...settled, paid: 0n, fees: 0n, refunded: 10_000n }])).toEqual(["funded", "refunded"]);
});

test("a block that is taken back takes its line with it", () => {
  expect(statuses(run)).toContain("captured");
  expect(statuses(run.slice(0, -1))).not.toContain("captured");
});

test("a proven answer is told with its class, and the job ends as settled by it", () => {
  const answer = { modelId: `0x${"0a".repeat(32)}`, inputCommitment: 5n, class: 7, amount: 1000n, fee: 10n } as const;
  const { job, leases } = after(
    ...[assigned(first), started(first), { kind: "inferenceCaptured", leaseId: first, ...answer } as const],
    ...[ended(first, "completed"), closed(first, 100), settled],
  );
  expect(job.booked.get(leases[0]?.payee ?? "0x")).toBe(1000n);
  const words = timeline(job, leases, () => []).map(({ detail }) => detail);
  expect(words.slice(-2)).toEqual([
    "The answer is 7; its proof was checked on chain.",
    "Paid for a proven answer; the rest went back.",
  ]);
});
