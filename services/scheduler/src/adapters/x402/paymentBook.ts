import type { JobId } from "@gristmill/shared/ids/ids";
import type { Address, Hex } from "viem";
import type { ExactPayload } from "./paymentPayload.ts";

/** A payment that was handed to a facilitator and is not seen on chain yet. */
export interface PaymentAttempt {
  payer: Address;
  nonce: Hex;
  /** Unix seconds of the chain: afterwards it can no longer arrive. */
  validBefore: bigint;
  /** Undefined: it may not have been sent. */
  txHash: Hex | undefined;
}

/** What must be known of payments after a restart: nobody is asked to pay again for what is on its way. */
export interface PaymentBook {
  /** Called before the payment is public. */
  keep(jobId: JobId, attempt: PaymentAttempt): Promise<void>;
  find(jobId: JobId): Promise<PaymentAttempt | undefined>;
  forget(jobId: JobId): Promise<void>;
  /** The job that this payer's identifier stands for: the first one that it was used for. */
  claimIdentifier(payer: Address, identifier: string, jobId: JobId): Promise<string>;
}

export function attemptOf({ payload: { authorization } }: ExactPayload): PaymentAttempt {
  const { from, nonce, validBefore } = authorization;
  return { payer: from, nonce, validBefore: BigInt(validBefore), txHash: undefined };
}
