import type { JobId } from "@gristmill/shared/ids/ids";
import type { Address } from "viem";

/**
 * Who may read an artifact. Hashes of outputs are on the chain, so knowing a hash is no right: a right comes from having brought
 * the bytes, or from a job that names them.
 */
export interface ArtifactGrants {
  /**
   * Somebody brings the bytes: anybody who has them, a wallet, or the node of a job for that job's buyer. Noted before they are in
   * their place: a sweep that is about to delete the same content is waited for.
   * @param now unix seconds of the chain; how long the content is kept counts from here
   */
  noteUpload(
    sha256: string,
    by: { wallet: Address | null } | { job: JobId; as?: "output" | "checkpoint" },
    now: number,
  ): Promise<void>;
  /** Whether it may be a workload's input now: brought by a buyer, not only by a node as somebody's output, and still kept. */
  isOrderable(sha256: string, now: number): Promise<boolean>;
  /** Whether a job's workload names it, or the job's node brought it as output or checkpoint. */
  isOfJob(sha256: string, jobId: JobId): Promise<boolean>;
  /** Whether a wallet brought it, or any job of it has it. */
  isOfWallet(sha256: string, wallet: Address): Promise<boolean>;
  /** Whether the job's node brought it as output of that job. */
  isOutputOf(sha256: string, jobId: JobId): Promise<boolean>;
  isInputOf(sha256: string, jobId: JobId): Promise<boolean>;
  /** Whether the job's node brought it as the newest state that its program saved. */
  isCheckpointOf(sha256: string, jobId: JobId): Promise<boolean>;
}
