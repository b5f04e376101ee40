import type { Checkpoint, NodeMessage, Shard } from "@gristmill/shared/heartbeat/nodeMessages";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { Terms } from "@gristmill/shared/job/terms";
import type { Workload } from "@gristmill/shared/job/workload";
import type { UsageCircuitInput } from "@gristmill/shared/receipt/usageWitness";
import type { Address, Hex } from "viem";
import type { LeaseFacts } from "../domain/checkLease.ts";
import type { ContainerSpec, ImageConfig } from "../domain/hardening.ts";
import type { JournalEntry, Proof } from "../domain/journalEntry.ts";
import type { LeaseRecord } from "../domain/leaseRecord.ts";
import type { Tick } from "../domain/metering.ts";
import type { ContainerState } from "../domain/nextStep.ts";
import type { UsageSample } from "../domain/sampleCommitment.ts";

/** Time and chance, so that tests bring their own. */
export interface Clock {
  /** Wall clock, unix milliseconds. */
  nowMs(): number;
  /** Never goes back; its zero means nothing. */
  monotonicMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  randomHex(bytes: number): Hex;
}

/** How a container ended. */
export interface Exit {
  exitCode: number;
  /** Why, in words, when the code alone does not say it (out of memory, output limit, stopped). */
  detail: string;
}

export type LogStream = "stdout" | "stderr";

/** One container on a rung of the ladder. */
export interface RunHandle {
  state(): Promise<ContainerState>;
  start(): Promise<void>;
  /** Resolves when the container has ended, also when it had before the call. */
  wait(): Promise<Exit>;
  /** Streams whole lines until the container ends. @param sinceMs skip what was written before (unix ms) */
  follow(onLine: (stream: LogStream, text: string) => Promise<void>, sinceMs?: number): Promise<void>;
  sample(): Promise<UsageSample>;
  /** Kills everything in it; the exit's detail is the reason. */
  kill(reason: string): Promise<void>;
  remove(): Promise<void>;
}

/** A rung of the containment ladder. */
export interface Executor {
  readonly name: "docker" | "runc" | "bwrap";
  /** Limits of the spec that this rung cannot enforce, in words; empty for the best rungs. */
  readonly unenforced: readonly string[];
  /** Why it cannot be used here; undefined when it can. */
  available(): Promise<string | undefined>;
  /** Why it cannot hand GPUs to containers; undefined when it can. */
  gpuRefusal(): Promise<string | undefined>;
  /**
   * Makes the image ready: here already, else from the archive folder, else from a registry by digest.
   * @throws BaseError `workload_failed` when it is nowhere or is not what its digest says
   */
  image(reference: string, onProgress: (line: string) => void): Promise<ImageConfig>;
  create(spec: ContainerSpec): Promise<RunHandle>;
  /** The container of that name, if it is still here. */
  find(name: string): Promise<RunHandle | undefined>;
  /** Removes what a killed agent left of leases that are none of `keep` (container names). */
  sweep(nodeId: string, keep: ReadonlySet<string>): Promise<void>;
}

/** The notary's answer to a tick. */
export type TickAnswer =
  | { kind: "countersigned"; signature: Hex }
  | { kind: "refused"; code: string; message: string }
  | { kind: "unreachable" };

type Outgoing<Type extends NodeMessage["type"]> = Omit<Extract<NodeMessage, { type: Type }>, "type">;

/** The way to the scheduler. Messages of a lease are kept while it is away. */
export interface SchedulerLink {
  phase(message: Outgoing<"phase">): void;
  /** Resolves false when the scheduler is away or slow; the caller keeps the lines. */
  log(message: Outgoing<"log">): Promise<boolean>;
  receipt(message: Outgoing<"receipt">): void;
  checkpoint(message: Outgoing<"checkpoint">): void;
  /** Sends a tick and waits; the same tick may be sent again. */
  tick(leaseId: LeaseId, tick: Tick, waitMs: number): Promise<TickAnswer>;
}

/** Stores and fetches bytes by their sha256, for one lease: the scheduler hands them to that job's buyer and node only. */
export interface ArtifactStore {
  /**
   * Streams an input or a checkpoint of the job into a file.
   * @throws BaseError `input_missing`, `artifact_corrupt` when size or hash differ
   */
  fetch(leaseId: LeaseId, artifactsUrl: string, sha256: string, bytes: number, file: string): Promise<void>;
  /** Streams a file (or a text) to the store. @throws BaseError `artifact_corrupt` when the store names another hash */
  store(
    leaseId: LeaseId,
    content: { file: string; bytes: number } | { text: string },
    /** A checkpoint replaces the one before it, which is not kept; an output is the buyer's. */
    as?: "output" | "checkpoint",
  ): Promise<{ sha256: string; bytes: number }>;
}

/** What a receipt is on chain. */
export interface ChainReceipt {
  leaseId: LeaseId;
  sequence: number;
  from: number;
  to: number;
  head: bigint;
  output: Hex;
  last: boolean;
}

/** A proven receipt, ready for the chain. */
export interface Capture {
  terms: Terms;
  receipt: ChainReceipt;
  nodeSignature: Hex;
  notarySignature: Hex;
  proof: Proof;
}

/** The market's contracts, as this node reads and writes them. */
export interface MarketChain {
  readonly node: Address;
  readonly chainId: number;
  readonly market: Address;
  lease(
    leaseId: LeaseId,
  ): Promise<LeaseFacts & { startedAt: number; endedAt: number; billedTo: number; sequence: number; assetId: bigint }>;
  chainTime(): Promise<number>;
  providerOfNode(): Promise<Address | undefined>;
  /** Sends `start` and waits for its block. */
  start(leaseId: LeaseId): Promise<{ startedAt: number; txHash: Hex }>;
  /** Sends `end`. */
  end(terms: Terms, leaseId: LeaseId, reason: "completed" | "failed" | "never_started"): Promise<Hex>;
  /** Sends `waive`: nothing more is claimed on this ended lease. */
  waive(terms: Terms, leaseId: LeaseId): Promise<Hex>;
  /** Sends `capture`, or finds the one that was sent already. */
  capture(capture: Capture): Promise<Hex>;
  /** Sends `captureBatch`: all or none, but for what was captured already. @returns each one's transaction, in their order */
  captureBatch(captures: readonly Capture[]): Promise<Hex[]>;
  /** Commitment of a registered model's weights. @throws BaseError for a model that nobody registered */
  modelCommitment(modelId: Hex): Promise<bigint>;
  /** Sends `captureInference`, or finds the one that was sent already. */
  captureInference(capture: {
    terms: Terms;
    leaseId: LeaseId;
    answer: { modelId: Hex; inputCommitment: bigint; spec: Hex; class: bigint; output: Hex };
    proof: Proof;
  }): Promise<Hex>;
  /** Signs EIP-712 `Receipt`. */
  signReceipt(receipt: ChainReceipt): Promise<Hex>;
  /** Whether `notary` signed this tick. */
  isNotarySignature(notary: Address, leaseId: LeaseId, tick: Tick, signature: Hex): Promise<boolean>;
}

/** Append-only, synced to disk entry by entry. */
export interface LeaseJournal {
  readonly record: LeaseRecord;
  append(entry: JournalEntry): void;
}

/** Models that this node answers for, with a proof of each answer. */
export interface InferencePort {
  /** Why this node cannot answer for a model; undefined when it can. */
  refusal(modelCommitment: bigint): string | undefined;
  /** Commitments of the models that this node can answer for now. */
  models(): bigint[];
  /** The model's file, for the container. */
  modelText(modelCommitment: bigint): string;
  prove(request: {
    modelCommitment: bigint;
    /** `inferenceContext` of the lease. */
    context: bigint;
    values: readonly number[];
    salt: bigint;
  }): Promise<{ class: number; inputCommitment: bigint; proof: Proof; proveMs: number }>;
}

/** Opens what buyers sealed for this node. */
export interface InputOpener {
  /** @throws BaseError `workload_failed` when it was not sealed for this node and this workload */
  open(sealed: Uint8Array, workload: Workload): Promise<string>;
}

/** Whatever makes usage proofs: snarkjs, or a native prover. What it answers has been verified against the locked key. */
export interface UsageProverPort {
  prove(
    input: UsageCircuitInput,
    signal?: AbortSignal,
  ): Promise<{ proof: Proof; proveMs: number; peakRssBytes: number }>;
}

/** Says what happens: to the owner's terminal, and as JSON. */
export interface Reporter {
  step(what: string, text: string, fields?: Record<string, unknown>): void;
  warn(what: string, text: string, fields?: Record<string, unknown>): void;
}

/** A lease as its owner's terminal and the buyer see it. */
export interface Hint {
  leaseId: LeaseId;
  terms: Terms;
  workload: Workload;
  artifactsUrl: string;
  /** Absent: the job has one. */
  shard?: Shard | undefined;
  /** What an earlier machine saved last of the same part. */
  checkpoint?: Checkpoint | undefined;
}
