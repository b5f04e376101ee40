import type { AssetView, JobView, LogLine, ProviderView } from "@gristmill/shared/api/views";
import type { JobId, LeaseId } from "@gristmill/shared/ids/ids";
import type { Address } from "viem";

/** A log line with its place in the job's whole log: what `Last-Event-ID` resumes from. */
export interface StoredLogLine extends LogLine {
  id: number;
}

/** Everything the HTTP surface may read. Answers come from the index of the chain and from Postgres. */
export interface MarketReads {
  /** Immutable snapshot of all assets, as placement sees them. */
  assets(): readonly AssetView[];
  asset(assetId: string): AssetView | undefined;
  /** Undefined: no such job, or never funded. */
  job(jobId: JobId): Promise<JobView | undefined>;
  /** Whose job it is; undefined: never funded. */
  buyerOf(jobId: JobId): Address | undefined;
  /** Whose lease it is, and whether its node still has business with it. */
  leaseOf(leaseId: LeaseId): { jobId: JobId; node: Address; isOpen: boolean; isNodeRevoked: boolean } | undefined;
  /** Ids of every order of a wallet, funded or not. */
  jobsOf(buyer: Address): Promise<JobId[]>;
  /** Unix seconds of the chain; undefined: never funded. */
  fundedAt(jobId: JobId): number | undefined;
  /** Every lease of a provider's assets, by id and time of assignment. */
  leasesOf(provider: Address): readonly { leaseId: LeaseId; assignedAt: number }[];
  /** These leases as their provider sees them; unknown ones are left out. */
  leases(leaseIds: readonly LeaseId[]): Promise<ProviderView["leases"]>;
  provider(provider: Address): Promise<ProviderView>;
  /** Log lines of a job with `id > afterId`, oldest first. */
  logs(jobId: JobId, afterId: number, limit: number): Promise<StoredLogLine[]>;
  /** Calls back after anything of the job changed (status, logs, receipts, money). Returns the unsubscribe. */
  onJobChange(jobId: JobId, listener: () => void): () => void;
  /** Unix seconds of the newest block. */
  chainTime(): number;
}
