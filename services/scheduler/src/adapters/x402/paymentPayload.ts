import { addressSchema, bytes32Schema, hexSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";

const wholeNumber = z.string().regex(/^\d{1,78}$/, "must be a decimal number");

/** What a client accepted: one entry of a 402's `accepts`. */
export const paymentRequirementsSchema = z.looseObject({
  scheme: z.string(),
  network: z.string().regex(/^[a-z0-9-]+:[A-Za-z0-9-_]+$/, "must be a CAIP-2 network"),
  asset: z.string(),
  amount: z.string(),
  payTo: z.string(),
  maxTimeoutSeconds: z.number().int().min(0),
  extra: z.record(z.string(), z.unknown()),
});

/** x402 v2 `PaymentPayload` of the `exact` scheme with an EIP-3009 authorization: what `PAYMENT-SIGNATURE` carries. */
export const paymentPayloadSchema = z.looseObject({
  x402Version: z.literal(2),
  accepted: paymentRequirementsSchema,
  payload: z.looseObject({
    signature: hexSchema,
    authorization: z.looseObject({
      from: addressSchema,
      to: addressSchema,
      value: wholeNumber,
      validAfter: wholeNumber,
      validBefore: wholeNumber,
      nonce: bytes32Schema,
    }),
  }),
});
export type ExactPayload = z.infer<typeof paymentPayloadSchema>;
