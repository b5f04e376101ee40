import type { Order } from "@gristmill/shared/api/quote";
import type { Checkpoint, SchedulerMessage } from "@gristmill/shared/heartbeat/nodeMessages";
import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import type { Requirements } from "@gristmill/shared/job/requirements";
import type { Terms } from "@gristmill/shared/job/terms";
import type { Workload } from "@gristmill/shared/job/workload";
import type { EndReason } from "@gristmill/shared/lease/leaseState";
import type { Manifest } from "@gristmill/shared/manifest/manifest";
import type { OutputManifest } from "@gristmill/shared/receipt/output";
import type { Address, Hex } from "viem";
import type { MarketState } from "../domain/lifecycle/marketState.ts";
import type { Member } from "../domain/lifecycle/membersOf.ts";
import type { Phase } from "../domain/lifecycle/timelineEntry.ts";
import type { SignedTick } from "../domain/notary/judgeTick.ts";
import type { Fence } from "./fence.ts";
import type { StoredLogLine } from "./marketReads.ts";
import type { TaskName, TaskPayload } from "./tasks/queueTasks.ts";

/** The index of the chain: the newest state folded, and what the contracts say at that block. */
export interface ChainIndex {
  state(): MarketState;
  /** Unix seconds of the newest block. */
  chainTime(): number;
  /** Unix seconds that a block mined now would carry: the newest block's time stands still while nothing happens. */
  now(): number;
  /** Reads the chain until at least this block is in the state. */
  catchUp(blockNumber: bigint): Promise<void>;
  /** Reads what is new now instead of at the next poll. */
  refresh(): Promise<void>;
  transactions(hashes: readonly Hex[]): Promise<Map<Hex, ChainTransaction>>;
  /** From the escrow, at the indexed block. */
  money(jobId: JobId): Promise<JobMoney>;
  /** Booked for one payee and not yet released, atomic units. */
  booked(jobId: JobId, payee: Address): Promise<bigint>;
  /** Withdrawable balance in the payment token. */
  withdrawable(account: Address): Promise<bigint>;
}

export interface ChainTransaction {
  hash: Hex;
  blockNumber: bigint;
  at: number;
  from: Address;
  verb: string;
  gasUsed: bigint;
  /** The captures that the transaction carried. */
  captures: readonly CapturedReceipt[];
}

/** What a capture's calldata holds. */
export interface CapturedReceipt {
  leaseId: LeaseId;
  sequence: number;
  head: bigint;
  output: Hex;
  last: boolean;
  nodeSignature: Hex;
  notarySignature: Hex;
  proof: { a: string[]; b: string[][]; c: string[] };
}

export interface JobMoney {
  deposited: bigint;
  reserved: bigint;
  booked: bigint;
  paid: bigint;
  fees: bigint;
  refunded: bigint;
  accepted: boolean;
  closed: boolean;
}

/**
 * What the scheduler's account does on chain. Each call is simulated first, waits for its receipt, and returns when the index
 * has seen it. @throws BaseError `transaction_reverted` (details: `error`, `args`), `chain_unavailable`
 */
export interface MarketActions {
  sweep(terms: Terms, jobId: JobId): Promise<void>;
  /** Assigns them in one step, all or none. */
  assign(
    terms: Terms,
    jobId: JobId,
    members: readonly [Member, ...Member[]],
    /** The decision that this carries out, at most once, and the ownership under which it may be. */
    decision: { id: bigint; fence: Fence },
  ): Promise<void>;
  end(terms: Terms, jobId: JobId, leaseId: LeaseId, reason: EndReason): Promise<void>;
  /** Gives back a lease that no proven answer paid in its time. */
  refundInference(terms: Terms, jobId: JobId, leaseId: LeaseId): Promise<void>;
  accept(terms: Terms, jobId: JobId, spent: bigint, signature: Hex): Promise<void>;
  settle(terms: Terms, jobId: JobId): Promise<void>;
  release(terms: Terms, jobId: JobId, payee: Address): Promise<void>;
  finish(terms: Terms, jobId: JobId, leaseId: LeaseId): Promise<void>;
  /** Balance of the payment token in the job's vault. */
  vaultBalance(vault: Address, token: Address): Promise<bigint>;
  /** The transaction that paid a vault, when the chain's logs still show it. */
  findPayment(vault: Address, token: Address): Promise<Hex | undefined>;
  /** Reads a transaction that carries none of our events (a payment) into the index. */
  noteTransaction(hash: Hex, verb: string): Promise<void>;
  /** Whether the buyer's signature over `spent` holds, smart-contract wallets included. */
  verifyAcceptance(buyer: Address, jobId: JobId, spent: bigint, signature: Hex): Promise<boolean>;
  /** EIP-712 `Tick` by the notary's key. */
  signTick(tick: { leaseId: Hex; sequence: number; from: number; to: number; head: bigint }): Promise<Hex>;
  readonly startWindow: number;
}

export interface StoredOrder {
  jobId: JobId;
  terms: Terms;
  workload: Workload;
  requirements: Requirements;
  vault: Address;
  paymentTx: Hex | null;
  /** Unix seconds of the scheduler. */
  createdAt: number;
}

export interface OrderStore {
  /** Keeps the order and the task that watches its vault, together; a repeated order changes nothing. */
  keep(jobId: JobId, order: Order, vault: Address): Promise<void>;
  find(jobId: JobId): Promise<StoredOrder | undefined>;
  idsOf(buyer: Address): Promise<JobId[]>;
  notePayment(jobId: JobId, txHash: Hex): Promise<void>;
  /** Orders whose money, if it comes, may still be swept at this time of the chain. */
  fundable(now: number): Promise<JobId[]>;
}

export interface JobNotes {
  note(jobId: JobId): Promise<string>;
  setNote(jobId: JobId, note: string): Promise<void>;
  /** Keeps a checked acceptance and the task that relays it, together. */
  keepAcceptance(jobId: JobId, spent: bigint, signature: Hex): Promise<void>;
  acceptance(jobId: JobId): Promise<{ spent: bigint; signature: Hex } | undefined>;
}

export interface LeaseNote extends Phase {
  executor: "docker" | "runc" | "bwrap" | null;
}

export interface LeaseNotes {
  phases(leaseIds: readonly LeaseId[]): Promise<Map<LeaseId, LeaseNote[]>>;
  /** First word of a phase stands; its detail may be said anew. */
  notePhase(leaseId: LeaseId, note: LeaseNote): Promise<void>;
  /** Keeps the first moment given. Returns the moment kept, unix milliseconds of this scheduler's clock. */
  noteStart(leaseId: LeaseId, startedMs: number): Promise<number>;
  noteReceipt(leaseId: LeaseId, sequence: number, proveMs: number): Promise<void>;
  proveTimes(leaseIds: readonly LeaseId[]): Promise<Map<LeaseId, Map<number, number>>>;
}

export interface TickStore {
  last(leaseId: LeaseId, sequence: number): Promise<SignedTick | undefined>;
  at(leaseId: LeaseId, sequence: number, to: number): Promise<(SignedTick & { signature: Hex }) | undefined>;
  /** False when another tick for the same second was kept meanwhile. */
  keep(leaseId: LeaseId, sequence: number, tick: SignedTick, signature: Hex): Promise<boolean>;
  /** Seconds countersigned for each lease. */
  metered(leaseIds: readonly LeaseId[]): Promise<Map<LeaseId, number>>;
}

export interface LogStore {
  /** Appends the lines that are not there yet. Returns how many were new. */
  append(jobId: JobId, lines: readonly Omit<StoredLogLine, "id">[]): Promise<number>;
  after(jobId: JobId, afterId: number, limit: number): Promise<StoredLogLine[]>;
  /** Bytes of text kept for a lease. */
  size(leaseId: LeaseId): Promise<number>;
}

export interface NodeRecord {
  node: Address;
  provider: Address;
  manifest: Manifest;
  manifestHash: Hex;
  pairing: { deadline: number; signature: string };
  lastSeenMs: number | null;
}

export interface Beat {
  node: Address;
  /** Time since it was heard: clocks of different machines need not agree. */
  silentMs: number;
  draining: boolean;
}

export interface NodeStore {
  all(): Promise<NodeRecord[]>;
  keep(record: NodeRecord): Promise<void>;
  seen(beats: readonly Beat[]): Promise<void>;
  /** Nodes that other scheduler processes heard within this time. */
  heardElsewhere(withinMs: number): Promise<(Beat & { manifestHash: Hex })[]>;
  manifests(): Promise<Map<Hex, Manifest>>;
}

/** Says something to a connected node; false when it is not connected. */
export type SendToNode = (node: Address, message: SchedulerMessage) => boolean;

export interface TaskQueue {
  add<Name extends TaskName>(name: Name, payload: TaskPayload<Name>, delayMs?: number): Promise<void>;
}

/** A state that a program saved, and when, unix seconds of the chain. */
export interface SavedCheckpoint extends Checkpoint {
  leaseId: LeaseId;
  shard: number;
  savedAt: number;
}

export interface CheckpointStore {
  /**
   * Keeps it in the place of the one before, which nothing holds any longer then.
   * @returns false when no node of the job stored that content as a checkpoint
   */
  keep(jobId: JobId, saved: SavedCheckpoint): Promise<boolean>;
  /** By shard. */
  of(jobId: JobId): Promise<SavedCheckpoint[]>;
}

export interface OutputManifests {
  /** Null unless a node of this job stored it for this job. */
  byCommitment(commitment: Hex, jobId: JobId): Promise<OutputManifest | null>;
}

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
