import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import type { Terms } from "@gristmill/shared/job/terms";
import type { EndReason } from "@gristmill/shared/lease/leaseState";
import type { Address, Hex } from "viem";
import type { ListingRecord } from "./marketState.ts";

/** What happened on chain, in the product's words. */
export type ChainFact =
  | {
      kind: "assetMinted";
      assetId: string;
      provider: Address;
      node: Address;
      manifestHash: Hex;
      gpuClass: Hex;
      gpuCount: number;
      memoryBytes: bigint;
      region: Hex;
      attestedUntil: number;
    }
  | { kind: "assetRenewed"; assetId: string; manifestHash: Hex; attestedUntil: number }
  | { kind: "assetMoved"; assetId: string; to: Address }
  | { kind: "listed"; assetId: string; listing: Omit<ListingRecord, "noticeSeconds"> }
  /** Beside `listed`, for owners who may end a lease early. */
  | { kind: "noticeSet"; assetId: string; noticeSeconds: number }
  | { kind: "unlisted"; assetId: string }
  | { kind: "nodeAdded"; provider: Address; node: Address }
  | { kind: "nodeRevoked"; node: Address }
  | { kind: "jobOpened"; jobId: JobId; terms: Terms }
  | { kind: "jobTouched"; jobId: JobId }
  | { kind: "jobReleased"; jobId: JobId; payee: Address; amount: bigint }
  | { kind: "jobAccepted"; jobId: JobId }
  | { kind: "jobSettled"; jobId: JobId; paid: bigint; fees: bigint; refunded: bigint }
  | { kind: "jobClosed"; jobId: JobId }
  | {
      kind: "leaseAssigned";
      jobId: JobId;
      leaseId: LeaseId;
      assetId: string;
      node: Address;
      payee: Address;
      pricePerSecond: bigint;
      maxSeconds: number;
      endsAt: number;
    }
  | { kind: "leaseStarted"; leaseId: LeaseId; startedAt: number }
  | { kind: "leaseEnded"; leaseId: LeaseId; reason: EndReason; endedAt: number }
  | {
      kind: "usageCaptured";
      jobId: JobId;
      leaseId: LeaseId;
      sequence: number;
      from: number;
      to: number;
      head: bigint;
      amount: bigint;
      fee: bigint;
    }
  | {
      /** The captures of one batch. */
      kind: "usagesCaptured";
      captured: { leaseId: LeaseId; sequence: number; from: number; to: number; amount: bigint; fee: bigint }[];
    }
  | { kind: "leaseFinished"; leaseId: LeaseId }
  | {
      /** A proven answer, paid at once. */
      kind: "inferenceCaptured";
      leaseId: LeaseId;
      modelId: Hex;
      inputCommitment: bigint;
      class: number;
      amount: bigint;
      fee: bigint;
    }
  | { kind: "leaseClosed"; leaseId: LeaseId; billedSeconds: number; output: Hex };

/** A fact with its place on the chain. */
export interface ChainEvent {
  fact: ChainFact;
  blockNumber: bigint;
  logIndex: number;
  /** Unix seconds. */
  at: number;
  txHash: Hex;
}
