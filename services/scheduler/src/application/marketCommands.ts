import type { Order } from "@gristmill/shared/api/quote";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Hex } from "viem";

/** Everything the HTTP surface may cause. Each call is idempotent: repeated, it answers as the first time. */
export interface MarketCommands {
  /**
   * Keeps the order before any money moves, so that a crash between payment and funding loses nothing:
   * a restarted scheduler finds money in a vault and knows its terms.
   */
  keepOrder(order: Order): Promise<void>;
  /** Whether the job of these terms is funded on chain already. */
  isFunded(jobId: JobId): Promise<boolean>;
  /**
   * Moves the paid vault into the escrow and lets placement begin.
   * @param payment the transaction that paid the vault
   * @throws BaseError `transaction_reverted`, `chain_unavailable`
   */
  fundFromVault(order: Order, payment: { txHash: Hex | undefined }): Promise<void>;
  /**
   * Relays the buyer's countersignature; settles the job when nothing is left open.
   * @throws BaseError `acceptance_invalid` with what to sign instead, `not_found`
   */
  accept(jobId: JobId, spent: bigint, signature: Hex): Promise<void>;
  /** Sends `settle` when it is due. @throws BaseError `not_found`, `transaction_reverted` with the reason */
  settle(jobId: JobId): Promise<void>;
}
