import type { Order } from "@gristmill/shared/api/quote";
import type { PaymentRequired, PaymentRequirements, SettleResponse, VerifyResponse } from "@x402/core/types";
import type { PaymentFault } from "./paymentFault.ts";
import type { ExactPayload } from "./paymentPayload.ts";

/**
 * How far the purchase of one job has come. Every outcome says whether money moved. `isPayer`: this request comes from the client
 * whose payment was taken, and from nobody who copied it.
 */
export type Purchase =
  /** The job is funded on chain. `settlement` is known when this process settled the payment. */
  | { outcome: "funded"; settlement: SettleResponse | undefined; isPayer: boolean }
  /** No payment yet, or one that was not taken; nothing was charged. */
  | { outcome: "unpaid"; required: PaymentRequired; fault: PaymentFault | undefined }
  /** Money is in the vault or on its way there; nothing more must be paid. */
  | {
      outcome: "pending";
      where: "on its way" | "in the vault";
      settlement: SettleResponse | undefined;
      isPayer: boolean;
    };

/** Takes x402 payments for orders: one settlement and one job per order, whatever arrives how often. */
export interface Payments {
  /**
   * @param payload the payment, when the request carried one
   * @param check throws when the order must not be sold; asked only while nothing is paid
   * @throws BaseError of `check`, `chain_unavailable`
   */
  purchase(order: Order, payload: ExactPayload | undefined, check: () => Promise<void>): Promise<Purchase>;
  /** x402 facilitator, only for payments into the vault of an order that this scheduler offered. */
  verify(payload: ExactPayload, requirements: PaymentRequirements): Promise<VerifyResponse>;
  settle(payload: ExactPayload, requirements: PaymentRequirements): Promise<SettleResponse>;
  supported(): { kinds: unknown[]; extensions: string[]; signers: Record<string, string[]> };
  /** Stops what runs in the background; money in a vault stays known through its kept order. */
  close(): Promise<void>;
}
