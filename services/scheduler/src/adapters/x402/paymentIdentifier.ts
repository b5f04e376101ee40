import type { JobId } from "@gristmill/shared/ids/ids";
import type { PaymentPayload } from "@x402/core/types";
import {
  declarePaymentIdentifierExtension,
  extractAndValidatePaymentIdentifier,
  PAYMENT_IDENTIFIER,
} from "@x402/extensions/payment-identifier";
import type { PaymentBook } from "./paymentBook.ts";
import type { PaymentFault } from "./paymentFault.ts";
import type { ExactPayload } from "./paymentPayload.ts";

/** x402's payment-identifier, for the 402: a client may name its payment. */
export const identifierExtension = () => ({ [PAYMENT_IDENTIFIER]: declarePaymentIdentifierExtension(false) });

const field = `extensions.${PAYMENT_IDENTIFIER}.info.id`;

/** Why the identifier of a payment that is otherwise good cannot stand; undefined: it can, or there is none. */
export async function identifierFault(
  payload: ExactPayload,
  jobId: JobId,
  book: PaymentBook,
): Promise<PaymentFault | undefined> {
  const { id, validation } = extractAndValidatePaymentIdentifier(payload as unknown as PaymentPayload);
  if (!validation.valid) {
    return { code: "payment_invalid", field, message: validation.errors?.join("; ") ?? "is not an identifier" };
  }
  if (id === null) return undefined;
  // Only the payer, whose signature was checked, can use up an identifier of its own.
  const kept = await book.claimIdentifier(payload.payload.authorization.from, id, jobId);
  if (kept === jobId) return undefined;
  return { code: "payment_invalid", field, message: `the identifier was used for another order, job ${kept}` };
}
