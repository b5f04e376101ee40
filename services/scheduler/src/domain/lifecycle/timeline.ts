import { type JobStatus, mayFollow } from "@gristmill/shared/job/jobStatus";
import type { Hex } from "viem";
import { calledForAnother } from "./calledForAnother.ts";
import { endedWords } from "./endedWords.ts";
import { gangTimeline } from "./gangTimeline.ts";
import type { JobRecord, LeaseRecord } from "./marketState.ts";
import { newestOfShards } from "./shards.ts";
import type { Phase, TimelineEntry } from "./timelineEntry.ts";

/**
 * A job's history in the buyer's words. Derived from the chain and from what nodes said, never stored, so that a block that is
 * taken back takes its line with it. Statuses only go forward, except that a lost lease sends the job back to `funded`.
 */
export function timeline(
  job: JobRecord,
  leases: readonly LeaseRecord[],
  phasesOf: (leaseId: LeaseRecord["leaseId"]) => readonly Phase[],
): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { status: "funded", at: job.fundedAt, detail: "Paid into escrow.", txHash: job.fundedTx },
  ];
  const push = (status: JobStatus, at: number, detail: string, txHash: Hex | null) => {
    const last = entries.at(-1);
    // Going back to `funded` is only meant for a lost lease, which says so below.
    if (last !== undefined && status !== "funded" && !mayFollow(last.status, status)) return;
    entries.push({ status, at, detail, txHash });
  };
  const isGang = newestOfShards(leases).length > 1;
  if (isGang) entries.push(...gangTimeline(job, leases, phasesOf));
  for (const lease of isGang ? [] : leases) {
    const phases = phasesOf(lease.leaseId);
    const said = (phase: Phase["phase"]) => phases.find((item) => item.phase === phase);
    push("placed", lease.assignedAt, "Placed on a node.", lease.assignedTx);
    const pulling = said("pulling");
    if (pulling) push("pulling", pulling.at, pulling.detail, null);
    if (lease.startedAt !== null) {
      push("running", lease.startedAt, said("running")?.detail || "The workload runs.", lease.startedTx);
    }
    const proving = said("proving");
    if (proving && lease.startedAt !== null) push("proving", proving.at, proving.detail, null);
    if (calledForAnother(lease)) {
      push("funded", lease.endedAt ?? lease.assignedAt, endedWords[lease.reason], lease.endedTx);
    } else if (lease.closedAt !== null && lease.startedAt !== null) {
      push("captured", lease.closedAt, capturedWords(lease, said("failed")), lease.closedTx);
    }
  }
  if (job.closed !== null) {
    const worked = leases.some(
      (lease) => lease.answer !== null || (lease.billedSeconds > 0 && lease.captures.some((item) => item.amount > 0n)),
    );
    const answered = leases.some((lease) => lease.answer !== null);
    const what = answered ? "a proven answer" : "proven use";
    const detail = worked ? `Paid for ${what}; the rest went back.` : "Everything went back.";
    push(worked ? "settled" : "refunded", job.closed.at, detail, job.closed.txHash);
  }
  return entries;
}

function capturedWords(lease: LeaseRecord, failed: Phase | undefined): string {
  if (lease.answer !== null) return `The answer is ${lease.answer.class}; its proof was checked on chain.`;
  const seconds = `${lease.billedSeconds} s of use proven on chain.`;
  if (lease.reason === "failed") return `${(failed?.detail || endedWords.failed).replace(/[.\s]*$/, ".")} ${seconds}`;
  return lease.reason === "completed" ? seconds : `${endedWords[lease.reason]} ${seconds}`;
}
