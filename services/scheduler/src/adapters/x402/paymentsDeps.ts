import type { Market } from "@gristmill/shared/chain/market";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { FacilitatorClient } from "@x402/core/server";
import type { Account, Address, Chain, PublicClient, Transport, WalletClient } from "viem";
import type { MarketCommands } from "../../application/marketCommands.ts";
import type { PayerMarks } from "./payerMarks.ts";
import type { PaymentBook } from "./paymentBook.ts";
import type { Purchase } from "./payments.ts";

export interface PaymentsDeps {
  market: Market;
  commands: MarketCommands;
  vaultOf: (jobId: JobId) => Address;
  /** Unix seconds of the chain's clock. */
  chainNow: () => number;
  /** Milliseconds of this machine's clock: x402 clients count validity from theirs. */
  wallClockMs: () => number;
  publicClient: PublicClient;
  /** The scheduler's account with viem's `nonceManager`, shared by everything that sends from this process. */
  walletClient: WalletClient<Transport, Chain, Account>;
  marks: PayerMarks;
  book: PaymentBook;
  /** Settles payments instead of this process; what it says is checked on the chain. */
  foreign?: FacilitatorClient | undefined;
  /** Each answer to an order, for whoever counts. */
  onOutcome?: (outcome: Purchase["outcome"] | "failed") => void;
  onBackgroundFailure: (jobId: JobId, error: unknown) => void;
  /** How long to wait for a payment's receipt before it counts as pending. */
  confirmationTimeoutMs?: number;
}
