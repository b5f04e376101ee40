import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import type { Terms } from "@gristmill/shared/job/terms";
import type { EndReason, LeaseState } from "@gristmill/shared/lease/leaseState";
import type { Address, Hex } from "viem";

/** Price and terms that stand for an asset. */
export interface ListingRecord {
  token: Address;
  pricePerSecond: bigint;
  minSeconds: number;
  maxSeconds: number;
  endsAt: number;
  version: number;
  /** Between the owner's word and an early end; null: the owner gave up the right to one. */
  noticeSeconds: number | null;
}

export interface AssetRecord {
  assetId: string;
  owner: Address;
  node: Address;
  manifestHash: Hex;
  gpuClass: Hex;
  gpuCount: number;
  memoryBytes: bigint;
  region: Hex;
  attestedUntil: number;
  listing: ListingRecord | null;
  liveLease: LeaseId | null;
}

/** One captured receipt, as the chain booked it. */
export interface CaptureRecord {
  sequence: number;
  from: number;
  to: number;
  /** Null for one of a batch: its head is in the transaction's calldata only. */
  head: bigint | null;
  amount: bigint;
  fee: bigint;
  txHash: Hex;
}

/** A lease as the events tell it. Times in unix seconds of the chain. */
export interface LeaseRecord {
  leaseId: LeaseId;
  jobId: JobId;
  assetId: string;
  /** Which part of the job it runs, see `shardOf`. */
  shard: number;
  node: Address;
  payee: Address;
  pricePerSecond: bigint;
  maxSeconds: number;
  state: LeaseState;
  reason: EndReason;
  assignedAt: number;
  assignedTx: Hex;
  startedAt: number | null;
  startedTx: Hex | null;
  endsAt: number;
  endedAt: number | null;
  endedTx: Hex | null;
  closedAt: number | null;
  closedTx: Hex | null;
  billedSeconds: number;
  output: Hex | null;
  captures: readonly CaptureRecord[];
  /** The proven answer that paid the lease, where that is what pays it. */
  answer: { modelId: Hex; inputCommitment: bigint; class: number; amount: bigint; txHash: Hex } | null;
}

/** A job as the events tell it; its money is read from the escrow itself. */
export interface JobRecord {
  jobId: JobId;
  terms: Terms;
  fundedAt: number;
  fundedTx: Hex;
  leaseIds: readonly LeaseId[];
  /** Amounts released to each payee's balance. */
  released: ReadonlyMap<Address, bigint>;
  booked: ReadonlyMap<Address, bigint>;
  acceptedAt: number | null;
  closed: { at: number; txHash: Hex; paid: bigint; fees: bigint; refunded: bigint } | null;
  /** Every transaction that touched the job, in the chain's order. */
  transactions: readonly Hex[];
}

/** What the chain says, folded from its events: an immutable snapshot. */
export interface MarketState {
  assets: ReadonlyMap<string, AssetRecord>;
  leases: ReadonlyMap<LeaseId, LeaseRecord>;
  jobs: ReadonlyMap<JobId, JobRecord>;
  /** Provider of each node, and whether its key was revoked. */
  nodes: ReadonlyMap<Address, { provider: Address; revoked: boolean }>;
}

export const emptyMarketState: MarketState = {
  assets: new Map(),
  leases: new Map(),
  jobs: new Map(),
  nodes: new Map(),
};
