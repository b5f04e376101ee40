import type { AssetView } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import { gangSizeOf } from "@gristmill/shared/job/requirements";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import type { Address } from "viem";
import { apartFrom } from "../domain/lifecycle/apartFrom.ts";
import { calledForAnother } from "../domain/lifecycle/calledForAnother.ts";
import { leaseStep } from "../domain/lifecycle/leaseStep.ts";
import type { JobRecord } from "../domain/lifecycle/marketState.ts";
import { membersOf } from "../domain/lifecycle/membersOf.ts";
import { type JobStep, nextStep } from "../domain/lifecycle/nextStep.ts";
import type { Want } from "../domain/placement/epoch/want.ts";
import type { Demand, Placement } from "../domain/placement/placement.ts";
import { rank } from "../domain/placement/rank.ts";
import { groupRefusals } from "../domain/quote/groupRefusals.ts";
import type { Decisions, OpenDecision } from "./decisions.ts";
import type { Fence } from "./fence.ts";
import type { Fleet } from "./fleet.ts";
import type { createLocks } from "./jobLocks.ts";
import type { JobSignals } from "./jobSignals.ts";
import { leasesOf } from "./jobView.ts";
import type { PlacementDesk } from "./placementDesk.ts";
import type { ChainIndex, JobNotes, Log, MarketActions, OrderStore, StoredOrder, TaskQueue } from "./ports.ts";
import type { JobTaskHandlers, TaskResult } from "./tasks/queueTasks.ts";

export interface JobDriverDeps {
  index: ChainIndex;
  actions: MarketActions;
  orders: OrderStore;
  jobNotes: JobNotes;
  fleet: Fleet;
  signals: JobSignals;
  queue: () => TaskQueue;
  locks: ReturnType<typeof createLocks>;
  desk: PlacementDesk;
  /** All assets, for telling a buyer why a job waits. */
  views(): readonly AssetView[];
  decisions: Decisions;
  /** Set while this process decides for the job. */
  fenceOf(jobId: JobId): Fence | undefined;
  scheduler: Address;
  log: Log;
}

export interface JobDriver {
  handlers: JobTaskHandlers;
  /** Closes the job and pays what is booked. @throws BaseError `transaction_reverted` when it is not due */
  settle(job: JobRecord): Promise<void>;
}

/** Waits between looks at something that nobody announces. */
const RETRY_MS = { vault: 15_000, placement: 5_000, underWay: 1_000, lease: 2_000, deadline: 30_000 };

/** Assets tried for one job before it waits: each was refused by the chain for a reason that placement did not see. */
const ATTEMPTS = 5;

/**
 * Moves jobs along. Every handler looks at the facts first and does what they call for, so that running twice, late or after a
 * crash does no harm.
 */
export function createJobDriver(deps: JobDriverDeps): JobDriver {
  const { index, actions, orders, jobNotes, fleet, locks, desk, decisions, log } = deps;

  const openJob = async (jobId: JobId): Promise<{ job: JobRecord; order: StoredOrder } | undefined> => {
    const job = index.state().jobs.get(jobId);
    if (job === undefined || job.closed !== null) return undefined;
    const order = await orders.find(jobId);
    // Another scheduler's job, or one ordered without us: nothing here is ours to do.
    return order === undefined || job.terms.scheduler !== deps.scheduler ? undefined : { job, order };
  };

  const note = async (jobId: JobId, text: string) => {
    if ((await jobNotes.note(jobId)) === text) return;
    await jobNotes.setNote(jobId, text);
    deps.signals.changed(jobId);
  };

  const step = async (jobId: JobId): Promise<{ step: JobStep; job: JobRecord; order: StoredOrder } | undefined> => {
    const open = await openJob(jobId);
    if (open === undefined) return undefined;
    const { accepted } = await index.money(jobId);
    return {
      ...open,
      step: nextStep({
        job: open.job,
        leases: leasesOf(index.state(), open.job),
        shards: gangSizeOf(open.order.requirements),
        accepted,
        now: index.now(),
        maxSeconds: open.order.workload.maxSeconds,
        startWindow: actions.startWindow,
      }),
    };
  };

  /** Pays what is booked to each provider's balance: anybody may, so the provider need not. */
  const releaseAll = async (jobId: JobId) => {
    const job = index.state().jobs.get(jobId);
    for (const payee of job?.booked.keys() ?? []) {
      // The escrow's own word: what vouchers paid ahead of a proof is in the proof's event and was not booked.
      if (job !== undefined && (await index.booked(jobId, payee)) > 0n) await actions.release(job.terms, jobId, payee);
    }
  };

  const settle = async (job: JobRecord): Promise<void> => {
    await actions.settle(job.terms, job.jobId);
    await releaseAll(job.jobId);
  };

  /** Sends what was decided. True: its leases are on chain. False: the chain refused it, and the job can be placed anew. */
  const carryOut = async ({ terms, jobId }: JobRecord, decision: Omit<OpenDecision, "sent">, fence: Fence) => {
    const { id, members } = decision;
    try {
      await actions.assign(terms, jobId, members, { id, fence });
      await decisions.end(id, "assigned", "");
      await note(jobId, "");
      return true;
    } catch (error) {
      if (!(error instanceof BaseError) || error.code !== "transaction_reverted") throw error;
      // The world moved since the snapshot: the next candidate, else a fresh look later.
      log.info({ jobId, members, ...error.details }, "an assignment was refused by the chain");
      await decisions.end(id, "refused", String(error.details?.error ?? "reverted"));
      return false;
    }
  };

  const place = async (job: JobRecord, order: StoredOrder, shards: readonly number[]): Promise<TaskResult> => {
    const { jobId, terms } = job;
    const fence = deps.fenceOf(jobId);
    // The process that decides for this job finds it by itself; this task only looks whether it still lives.
    if (fence === undefined) return { againInMs: RETRY_MS.placement };
    const earlier = await decisions.openOf(jobId);
    switch (earlier?.sent) {
      case null:
        if (await carryOut(job, earlier, fence)) return undefined;
        break;
      case "sent":
      case "mined":
        // On its way: the index shows it in a moment.
        return { againInMs: RETRY_MS.underWay };
      case "reverted":
      case "dropped":
        await decisions.end(earlier.id, "refused", earlier.sent);
    }
    const money = await index.money(jobId);
    const left =
      min(money.deposited - money.refunded, terms.cap) - money.reserved - money.booked - money.paid - money.fees;
    const refusedAssets = new Set<string>();
    const leases = leasesOf(index.state(), job);
    const demand: Demand = {
      requirements: order.requirements,
      workload: order.workload,
      pricePerSecondCap: terms.pricePerSecondCap,
      // What is left decides on each candidate's seconds below.
      budget: undefined,
      feeBps: terms.feeBps,
      now: index.now(),
      deadline: terms.leaseEnd,
      refusedAssets,
      apartFrom: apartFrom(order.requirements, leases),
      failedOn: new Set(leases.filter(calledForAnother).map((lease) => lease.node)),
    };
    const want: Want = {
      ...{ jobId, buyer: terms.buyer, bid: terms.pricePerSecondCap, demand },
      ...{ size: shards.length, apart: order.requirements.apart ?? "nothing" },
    };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const assets = await desk.place(want);
      if (assets === undefined) break;
      try {
        const members = membersOf(assets, {
          ...{ left, feeBps: terms.feeBps, maxSeconds: order.workload.maxSeconds, isFirst: leases.length === 0 },
        });
        // Another process chose this asset a moment ago, or decides for this job now: then there is no decision to carry out.
        const id = members && (await decisions.commit({ jobId, members }));
        if (members && id !== undefined && (await carryOut(job, { jobId, members, id }, fence))) {
          // Another shard may wait for a lease too.
          return gangSizeOf(order.requirements) > 1 ? { againInMs: RETRY_MS.underWay } : undefined;
        }
      } finally {
        desk.done(jobId);
      }
      for (const { assetId } of assets) refusedAssets.add(assetId);
    }
    const what =
      shards.length > 1 ? `${shards.length} nodes that fit and are free at once` : "a node that fits and is free";
    await note(
      jobId,
      `Waiting for ${what} (${whyNot(rank(deps.views(), demand))}). Your ${formatUsd(left)} USD stay in escrow; what is not used goes back.`,
    );
    return { againInMs: RETRY_MS.placement };
  };

  /** A decision for a job that wants no lease any more must not keep its asset from others. */
  const endOpenDecision = async (jobId: JobId) => {
    const open = await decisions.openOf(jobId);
    if (open !== undefined && open.sent !== "sent") await decisions.end(open.id, "refused", "not wanted any more");
  };

  const advance = (jobId: JobId): Promise<TaskResult> =>
    locks(jobId, async (): Promise<TaskResult> => {
      const facts = await step(jobId);
      if (facts === undefined) return undefined;
      switch (facts.step.kind) {
        case "done":
          return undefined;
        case "settle":
          await endOpenDecision(jobId);
          await settle(facts.job);
          return undefined;
        case "place":
          return place(facts.job, facts.order, facts.step.shards);
        case "wait_for_lease":
          return { againInMs: RETRY_MS.deadline };
        case "wait_for_buyer": {
          await endOpenDecision(jobId);
          const leases = leasesOf(index.state(), facts.job);
          const worked = leases.some((lease) => lease.billedSeconds > 0);
          if (!worked)
            await note(jobId, "No node could run this job in time. All of it goes back when its deadlines pass.");
          return { againInMs: Math.max(1000, Math.min(RETRY_MS.deadline, (facts.step.until - index.now()) * 1000)) };
        }
      }
    });

  const handlers: JobTaskHandlers = {
    sweepVault: ({ jobId }) =>
      locks(jobId, async () => {
        // Anybody may have swept the vault.
        await index.refresh();
        if (index.state().jobs.has(jobId)) return undefined;
        const order = await orders.find(jobId);
        // Past `leaseEnd` a sweep reverts; the money is the buyer's to fetch with `returnVault`.
        if (order === undefined || index.now() >= order.terms.leaseEnd) return undefined;
        const balance = await actions.vaultBalance(order.vault, order.terms.token);
        if (balance < order.terms.cap) return { againInMs: RETRY_MS.vault };
        if (order.paymentTx === null) {
          const payment = await actions.findPayment(order.vault, order.terms.token);
          if (payment !== undefined) {
            await orders.notePayment(jobId, payment);
            await actions.noteTransaction(payment, "pay");
          }
        }
        await actions.sweep(order.terms, jobId);
        return undefined;
      }),
    placeJob: ({ jobId }) => advance(jobId),
    advanceJob: ({ jobId }) => advance(jobId),
    async watchLease({ leaseId }) {
      const lease = index.state().leases.get(leaseId);
      const open = lease === undefined ? undefined : await openJob(lease.jobId);
      if (lease === undefined || open === undefined) return undefined;
      return locks(lease.jobId, async (): Promise<TaskResult> => {
        const fresh = index.state().leases.get(leaseId);
        if (fresh === undefined) return undefined;
        const paidByAnswer = open.order.workload.inference !== undefined;
        const lost = fleet.liveness(fresh.node) === "lost";
        const next = leaseStep(fresh, lost, index.now(), actions.startWindow, paidByAnswer);
        if (next.kind === "wait") return { againInMs: RETRY_MS.lease };
        if (next.kind === "refund") await actions.refundInference(open.job.terms, fresh.jobId, leaseId);
        if (next.kind === "end") await actions.end(open.job.terms, fresh.jobId, leaseId, next.reason);
        await deps.queue().add("advanceJob", { jobId: fresh.jobId });
        return undefined;
      });
    },
    finishLeases: ({ jobId }) =>
      locks(jobId, async () => {
        const job = index.state().jobs.get(jobId);
        if (job === undefined || job.terms.scheduler !== deps.scheduler) return undefined;
        for (const leaseId of job.leaseIds) {
          try {
            await actions.finish(job.terms, jobId, leaseId);
          } catch (error) {
            if (!(error instanceof BaseError) || error.code !== "transaction_reverted") throw error;
            // Anybody may have finished it, and a lease that nobody ended is not over.
            log.info({ jobId, leaseId, ...error.details }, "a lease was not finished");
          }
        }
        return undefined;
      }),
    relayAcceptance: ({ jobId }) =>
      locks(jobId, async () => {
        const open = await openJob(jobId);
        const acceptance = await jobNotes.acceptance(jobId);
        if (open === undefined || acceptance === undefined) return undefined;
        const money = await index.money(jobId);
        if (!money.accepted) {
          // Usage was captured since the buyer signed: the signature is for another amount, a new one is needed.
          if (money.booked + money.paid + money.fees !== acceptance.spent) return undefined;
          await actions.accept(open.job.terms, jobId, acceptance.spent, acceptance.signature);
        }
        const facts = await step(jobId);
        if (facts?.step.kind === "settle") await settle(facts.job);
        else await releaseAll(jobId);
        return undefined;
      }),
  };
  return { handlers, settle: (job) => locks(job.jobId, () => settle(job)) };
}

function whyNot({ candidates, refused }: Placement): string {
  if (candidates.length > 0) return "others are before you";
  const [nearest] = groupRefusals(refused);
  return nearest === undefined ? "no asset is listed" : `${nearest.name}: ${nearest.reason}`;
}

const min = (left: bigint, right: bigint) => (left < right ? left : right);
