import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import { termsSchema } from "@gristmill/shared/job/terms";
import { zeroHash } from "viem";
import type { ChainEvent, ChainFact } from "./chainEvent.ts";
import { foldEvents } from "./foldEvents.ts";
import { emptyMarketState, type JobRecord, type LeaseRecord } from "./marketState.ts";

const address = (digit: number) => `0x${String(digit).repeat(40)}` as const;

/** One job with up to two leases: facts for tests of the lifecycle. */
export const jobId = `0x${"aa".repeat(32)}` as JobId;
export const leaseIds = [`0x${"01".repeat(32)}`, `0x${"02".repeat(32)}`] as [LeaseId, LeaseId];
export const thirdLease = `0x${"03".repeat(32)}` as LeaseId;
export const output = `0x${"0f".repeat(32)}` as const;

export const terms = termsSchema.parse({
  buyer: address(1),
  refundTo: address(1),
  salt: zeroHash,
  token: address(2),
  cap: "10000",
  pricePerSecondCap: "10",
  workload: zeroHash,
  requirements: { gpuClass: zeroHash, gpuCount: 0, minMemoryBytes: "0", region: "0x0000" },
  scheduler: address(3),
  notary: address(3),
  maxLeases: 2,
  feeBps: 100,
  feeRecipient: address(4),
  leaseEnd: 10_000,
  captureDeadline: 20_000,
  claimDeadline: 30_000,
  reclaimAt: 40_000,
});

/** Events in order, one block and one transaction each, ten seconds apart from time 1000; a list's are of one transaction. */
export function eventsOf(facts: readonly (ChainFact | readonly ChainFact[])[]): ChainEvent[] {
  const inOrder = facts.flatMap((fact, index) => [fact].flat().map((each) => ({ fact: each as ChainFact, index })));
  return inOrder.map(({ fact, index }) => ({
    fact,
    blockNumber: BigInt(index),
    logIndex: 0,
    at: 1000 + index * 10,
    txHash: `0x${index.toString(16).padStart(64, "0")}`,
  }));
}

export const opened: ChainFact = { kind: "jobOpened", jobId, terms };

export const assigned = (leaseId: LeaseId): ChainFact => ({
  kind: "leaseAssigned",
  jobId,
  leaseId,
  assetId: "1",
  node: address(5),
  payee: address(6),
  pricePerSecond: 10n,
  maxSeconds: 100,
  endsAt: 1700,
});

export const started = (leaseId: LeaseId, startedAt = 1020): ChainFact => ({
  kind: "leaseStarted",
  leaseId,
  startedAt,
});

export const ended = (leaseId: LeaseId, reason: LeaseRecord["reason"], endedAt = 1040): ChainFact => {
  return { kind: "leaseEnded", leaseId, reason, endedAt };
};

export const captured = (leaseId: LeaseId): ChainFact => {
  return { kind: "usageCaptured", jobId, leaseId, sequence: 0, from: 0, to: 20, head: 1n, amount: 200n, fee: 2n };
};

export const closed = (leaseId: LeaseId, billedSeconds: number): ChainFact => {
  return { kind: "leaseClosed", leaseId, billedSeconds, output: billedSeconds > 0 ? output : zeroHash };
};

/** The job and its leases after these facts. */
export function after(...facts: (ChainFact | readonly ChainFact[])[]): { job: JobRecord; leases: LeaseRecord[] } {
  const state = foldEvents(emptyMarketState, eventsOf([opened, ...facts]));
  const job = state.jobs.get(jobId);
  if (job === undefined) throw new Error("the fixture's job is missing");
  return { job, leases: job.leaseIds.flatMap((leaseId) => state.leases.get(leaseId) ?? []) };
}
