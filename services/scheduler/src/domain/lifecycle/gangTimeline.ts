import { type JobStatus, mayFollow } from "@gristmill/shared/job/jobStatus";
import { calledForAnother } from "./calledForAnother.ts";
import { endedWords } from "./endedWords.ts";
import type { JobRecord, LeaseRecord } from "./marketState.ts";
import { newestOfShards } from "./shards.ts";
import type { Phase, TimelineEntry } from "./timelineEntry.ts";

/** Something that happened to one shard: told where it moves the job on, and where it is worth telling anyway. */
type Happening = Omit<TimelineEntry, "status"> & { status: JobStatus | undefined; always?: boolean };

/**
 * What happened to a job in several parts, after it was paid: it is pulling and running as soon as its first part is, proving
 * and proven when its last one is, and back at the start only when no part of it is left.
 */
export function gangTimeline(
  job: JobRecord,
  leases: readonly LeaseRecord[],
  phasesOf: (leaseId: LeaseRecord["leaseId"]) => readonly Phase[],
): TimelineEntry[] {
  const count = newestOfShards(leases).length;
  const entries: TimelineEntry[] = [];
  let status: JobStatus = "funded";
  const happenings = leases.flatMap((lease) => ofLease(lease, leases, count, phasesOf(lease.leaseId)));
  for (const happening of [...happenings, ...ofAll(job, leases, count, phasesOf)].sort((a, b) => a.at - b.at)) {
    const { status: next, always = false, ...entry } = happening;
    const moves = next !== undefined && mayFollow(status, next);
    if (!moves && !always) continue;
    if (moves) status = next;
    entries.push({ ...entry, status });
  }
  return entries;
}

function ofLease(
  lease: LeaseRecord,
  leases: readonly LeaseRecord[],
  count: number,
  phases: readonly Phase[],
): Happening[] {
  const part = `Part ${lease.shard + 1} of ${count}`;
  const isFirst = lease.assignedTx === leases[0]?.assignedTx;
  const told: Happening[] = [];
  const tell = (status: JobStatus, at: number, detail: string, txHash: Happening["txHash"] = null) =>
    told.push({ status, at, detail, txHash });
  if (isFirst) tell("placed", lease.assignedAt, `Placed on ${count} machines in one step.`, lease.assignedTx);
  else {
    const detail = `${part} is placed on another machine.`;
    told.push({ status: "placed", always: true, at: lease.assignedAt, detail, txHash: lease.assignedTx });
  }
  const pulling = phases.find(({ phase }) => phase === "pulling");
  if (pulling) tell("pulling", pulling.at, pulling.detail);
  if (lease.startedAt !== null) tell("running", lease.startedAt, `${part} runs.`, lease.startedTx);
  if (calledForAnother(lease)) {
    const at = lease.endedAt ?? lease.assignedAt;
    const left = leases.some(
      (other) =>
        other.shard !== lease.shard &&
        other.assignedAt <= at &&
        (other.endedAt === null || other.endedAt > at || !calledForAnother(other)),
    );
    const detail = `${part}: ${endedWords[lease.reason]}`;
    told.push({ status: left ? undefined : "funded", always: true, at, detail, txHash: lease.endedTx });
  }
  return told;
}

/** What takes every part: the last one to get there decides when. */
function ofAll(
  job: JobRecord,
  leases: readonly LeaseRecord[],
  count: number,
  phasesOf: (leaseId: LeaseRecord["leaseId"]) => readonly Phase[],
): Happening[] {
  const newest = newestOfShards(leases);
  if (newest.length === 0) return [];
  const told: Happening[] = [];
  const proving = newest.map(({ leaseId }) => phasesOf(leaseId).find(({ phase }) => phase === "proving"));
  if (proving.every((phase) => phase !== undefined)) {
    told.push({ status: "proving", at: Math.max(...proving.map(({ at }) => at)), detail: "Proving.", txHash: null });
  }
  const isOver = newest.every(
    (lease) => lease.closedAt !== null && (!calledForAnother(lease) || leases.length >= job.terms.maxLeases),
  );
  if (!isOver || leases.every(({ startedAt }) => startedAt === null)) return told;
  const last = newest.reduce((a, b) => ((b.closedAt ?? 0) >= (a.closedAt ?? 0) ? b : a));
  const done = newest.filter(({ reason }) => reason === "completed").length;
  const seconds = leases.reduce((sum, lease) => sum + lease.billedSeconds, 0);
  const detail = `${done} of ${count} parts are done. ${seconds} s of use proven on chain.`;
  told.push({ status: "captured", at: last.closedAt ?? 0, detail, txHash: last.closedTx });
  return told;
}
