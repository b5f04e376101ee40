import type { IncomingHttpHeaders } from "node:http";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { decodePaymentSignatureHeader } from "@x402/core/http";
import { type ExactPayload, paymentPayloadSchema } from "../x402/paymentPayload.ts";

/**
 * The payment a request carries; undefined: none.
 * @throws BaseError `payment_unreadable` that names the header and what is wrong in it. It says nothing about money that an
 * earlier request moved: this one is read before anybody looks.
 */
export function readPaymentHeader(headers: IncomingHttpHeaders): ExactPayload | undefined {
  const header = headers["payment-signature"];
  if (header === undefined) {
    if (headers["x-payment"] === undefined) return undefined;
    throw unreadable([{ field: "X-PAYMENT", message: "this market speaks x402 version 2: send PAYMENT-SIGNATURE" }]);
  }
  let decoded: unknown;
  try {
    decoded = decodePaymentSignatureHeader(String(header));
  } catch {
    throw unreadable([{ field: "PAYMENT-SIGNATURE", message: "must be base64 of the JSON of an x402 PaymentPayload" }]);
  }
  const parsed = paymentPayloadSchema.safeParse(decoded);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    field: ["PAYMENT-SIGNATURE", ...path].join("."),
    message,
  }));
  throw unreadable(errors);
}

function unreadable(errors: { field: string; message: string }[]): BaseError {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return new BaseError("payment_unreadable", detail, { details: { errors, money: "This request charged nothing." } });
}
