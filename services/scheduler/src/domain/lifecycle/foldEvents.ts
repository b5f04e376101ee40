import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import { type Hex, zeroHash } from "viem";
import type { ChainEvent } from "./chainEvent.ts";
import type { AssetRecord, CaptureRecord, JobRecord, LeaseRecord, MarketState } from "./marketState.ts";
import { shardOf } from "./shards.ts";

interface Draft {
  assets: Map<string, AssetRecord>;
  leases: Map<LeaseId, LeaseRecord>;
  jobs: Map<JobId, JobRecord>;
  nodes: Map<Hex, { provider: Hex; revoked: boolean }>;
}

/**
 * The market after these events. Rebuilding from the first event gives the same state as folding them one batch at a time, so
 * that a reorganised chain is handled by folding what is left.
 */
export function foldEvents(state: MarketState, events: readonly ChainEvent[]): MarketState {
  const draft: Draft = {
    assets: new Map(state.assets),
    leases: new Map(state.leases),
    jobs: new Map(state.jobs),
    nodes: new Map(state.nodes),
  };
  for (const event of events) apply(draft, event);
  return draft;
}

function patch<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  change: (value: NoInfer<Value>) => Partial<NoInfer<Value>>,
): void {
  const value = map.get(key);
  if (value !== undefined) map.set(key, { ...value, ...change(value) });
}

function patchLease(draft: Draft, leaseId: LeaseId, change: (lease: LeaseRecord) => Partial<LeaseRecord>): void {
  patch(draft.leases, leaseId, change);
}

function add(amounts: ReadonlyMap<Hex, bigint>, key: Hex, amount: bigint): ReadonlyMap<Hex, bigint> {
  return new Map(amounts).set(key, (amounts.get(key) ?? 0n) + amount);
}

function touch(draft: Draft, jobId: JobId, txHash: Hex): void {
  patch(draft.jobs, jobId, (job) =>
    job.transactions.includes(txHash) ? {} : { transactions: [...job.transactions, txHash] },
  );
}

/** The lease's job, so that the transaction counts as one of the job's. */
function touchLease(draft: Draft, leaseId: LeaseId, txHash: Hex): void {
  const jobId = draft.leases.get(leaseId)?.jobId;
  if (jobId !== undefined) touch(draft, jobId, txHash);
}

/** One captured receipt: on its lease, and booked for the lease's payee. */
function capture(draft: Draft, leaseId: LeaseId, captured: CaptureRecord): void {
  const lease = draft.leases.get(leaseId);
  if (lease === undefined) return;
  draft.leases.set(leaseId, {
    ...lease,
    billedSeconds: lease.billedSeconds + captured.to - captured.from,
    captures: [...lease.captures, captured],
  });
  patch(draft.jobs, lease.jobId, (job) => ({ booked: add(job.booked, lease.payee, captured.amount) }));
  touch(draft, lease.jobId, captured.txHash);
}

function apply(draft: Draft, { fact, at, txHash }: ChainEvent): void {
  switch (fact.kind) {
    case "assetMinted": {
      const { kind: _, provider, ...asset } = fact;
      draft.assets.set(fact.assetId, { ...asset, owner: provider, listing: null, liveLease: null });
      return;
    }
    case "assetRenewed":
      patch(draft.assets, fact.assetId, () => ({
        manifestHash: fact.manifestHash,
        attestedUntil: fact.attestedUntil,
      }));
      return;
    case "assetMoved":
      patch(draft.assets, fact.assetId, () => ({ owner: fact.to }));
      return;
    case "listed":
      patch(draft.assets, fact.assetId, () => ({ listing: { ...fact.listing, noticeSeconds: null } }));
      return;
    case "noticeSet":
      patch(draft.assets, fact.assetId, ({ listing }) =>
        listing === null ? {} : { listing: { ...listing, noticeSeconds: fact.noticeSeconds } },
      );
      return;
    case "unlisted":
      patch(draft.assets, fact.assetId, () => ({ listing: null }));
      return;
    case "nodeAdded":
      draft.nodes.set(fact.node, { provider: fact.provider, revoked: false });
      return;
    case "nodeRevoked":
      patch(draft.nodes, fact.node, () => ({ revoked: true }));
      return;
    case "jobOpened":
      draft.jobs.set(fact.jobId, {
        jobId: fact.jobId,
        terms: fact.terms,
        fundedAt: at,
        fundedTx: txHash,
        leaseIds: [],
        released: new Map(),
        booked: new Map(),
        acceptedAt: null,
        closed: null,
        transactions: [txHash],
      });
      return;
    case "leaseAssigned": {
      const { kind: _, ...lease } = fact;
      const earlier = draft.jobs.get(fact.jobId)?.leaseIds.flatMap((leaseId) => draft.leases.get(leaseId) ?? []) ?? [];
      draft.leases.set(fact.leaseId, {
        ...lease,
        shard: shardOf(txHash, earlier),
        state: "assigned",
        reason: "none",
        assignedAt: at,
        assignedTx: txHash,
        startedAt: null,
        startedTx: null,
        endedAt: null,
        endedTx: null,
        closedAt: null,
        closedTx: null,
        billedSeconds: 0,
        output: null,
        captures: [],
        answer: null,
      });
      patch(draft.jobs, fact.jobId, (job) => ({ leaseIds: [...job.leaseIds, fact.leaseId] }));
      patch(draft.assets, fact.assetId, () => ({ liveLease: fact.leaseId }));
      touch(draft, fact.jobId, txHash);
      return;
    }
    case "leaseStarted":
      patchLease(draft, fact.leaseId, (lease) => ({
        state: "started",
        startedAt: fact.startedAt,
        startedTx: txHash,
        endsAt: fact.startedAt + lease.maxSeconds,
      }));
      touchLease(draft, fact.leaseId, txHash);
      return;
    case "leaseEnded": {
      const lease = draft.leases.get(fact.leaseId);
      if (lease !== undefined) {
        patch(draft.assets, lease.assetId, (asset) => (asset.liveLease === fact.leaseId ? { liveLease: null } : {}));
      }
      patchLease(draft, fact.leaseId, () => ({
        state: "ended",
        reason: fact.reason,
        endedAt: fact.endedAt,
        endedTx: txHash,
      }));
      touchLease(draft, fact.leaseId, txHash);
      return;
    }
    case "usageCaptured": {
      const { kind: _, jobId: _jobId, leaseId, ...captured } = fact;
      capture(draft, leaseId, { ...captured, txHash });
      return;
    }
    case "usagesCaptured":
      for (const { leaseId, ...captured } of fact.captured)
        capture(draft, leaseId, { ...captured, head: null, txHash });
      return;
    case "inferenceCaptured": {
      const { kind: _, leaseId, fee: _fee, ...answer } = fact;
      const lease = draft.leases.get(leaseId);
      if (lease === undefined) return;
      draft.leases.set(leaseId, { ...lease, answer: { ...answer, txHash } });
      patch(draft.jobs, lease.jobId, (job) => ({ booked: add(job.booked, lease.payee, fact.amount) }));
      touch(draft, lease.jobId, txHash);
      return;
    }
    case "leaseClosed":
      patchLease(draft, fact.leaseId, () => ({
        state: "closed",
        closedAt: at,
        closedTx: txHash,
        billedSeconds: fact.billedSeconds,
        output: fact.output === zeroHash ? null : fact.output,
      }));
      touchLease(draft, fact.leaseId, txHash);
      return;
    case "leaseFinished":
      touchLease(draft, fact.leaseId, txHash);
      return;
    case "jobReleased":
      patch(draft.jobs, fact.jobId, (job) => ({
        booked: add(job.booked, fact.payee, -fact.amount),
        released: add(job.released, fact.payee, fact.amount),
      }));
      touch(draft, fact.jobId, txHash);
      return;
    case "jobAccepted":
      patch(draft.jobs, fact.jobId, () => ({ acceptedAt: at }));
      touch(draft, fact.jobId, txHash);
      return;
    case "jobSettled":
      patch(draft.jobs, fact.jobId, () => ({
        closed: { at, txHash, paid: fact.paid, fees: fact.fees, refunded: fact.refunded },
      }));
      touch(draft, fact.jobId, txHash);
      return;
    case "jobClosed":
      // `reclaim` closes a job without the market: then no JobSettled follows in the same transaction.
      patch(draft.jobs, fact.jobId, (job) =>
        job.closed === null ? { closed: { at, txHash, paid: 0n, fees: 0n, refunded: 0n } } : {},
      );
      touch(draft, fact.jobId, txHash);
      return;
    case "jobTouched":
      touch(draft, fact.jobId, txHash);
      return;
  }
}
