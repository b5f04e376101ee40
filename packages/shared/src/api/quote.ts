import { z } from "zod";
import { addressSchema, assetIdSchema, hexSchema, jobIdSchema } from "../ids/ids.ts";
import { requirementsSchema } from "../job/requirements.ts";
import { termsSchema } from "../job/terms.ts";
import { workloadSchema } from "../job/workload.ts";
import { amountSchema } from "../units/amount.ts";

/** `POST /v1/quotes`: what would this job cost, and where would it run? Nothing is charged. */
export const quoteRequestSchema = z.strictObject({
  buyer: addressSchema,
  /** Who receives refunds; the buyer when absent. */
  refundTo: addressSchema.optional(),
  workload: workloadSchema,
  requirements: requirementsSchema.default({ gpuCount: 0, minVramMiB: 0 }),
  /** The most the job may cost, fee included, atomic units; absent: whatever the cheapest fit costs. */
  budget: amountSchema.optional(),
});
export type QuoteRequest = z.infer<typeof quoteRequestSchema>;

export const candidateSchema = z.object({
  assetId: assetIdSchema,
  name: z.string(),
  provider: addressSchema,
  gpuClass: z.string().nullable(),
  simulated: z.boolean(),
  region: z.string(),
  pricePerSecond: amountSchema,
  /** The most this candidate would cost for the whole time, fee included. */
  total: amountSchema,
});

/** Why a class of assets was refused, and the nearest thing that would fit. */
export const refusalSchema = z.object({
  assetId: assetIdSchema,
  name: z.string(),
  /** The requirement's field, such as `requirements.minVramMiB`. */
  field: z.string(),
  reason: z.string(),
  got: z.string(),
  wanted: z.string(),
});

/** The price before anybody signs: every fee is in it. Atomic units. */
export const priceSchema = z.object({
  pricePerSecond: amountSchema,
  maxSeconds: z.number().int(),
  compute: amountSchema,
  fee: amountSchema,
  feeBps: z.number().int(),
  /** compute + fee: the payment; what is not used comes back. */
  total: amountSchema,
});

export const quoteSchema = z.object({
  candidates: z.array(candidateSchema),
  refused: z.array(refusalSchema),
  price: priceSchema,
  /** Ready to be ordered: `POST /v1/jobs` with these. */
  terms: termsSchema,
  workload: workloadSchema,
  requirements: requirementsSchema,
  jobId: jobIdSchema,
  /** CREATE2 address that commits to the terms; the x402 payment goes there. */
  vault: addressSchema,
  /** Unix seconds until which an order with these terms is taken. */
  validUntil: z.number().int(),
});
export type Quote = z.infer<typeof quoteSchema>;

/** `POST /v1/jobs`: order under these terms. Answers 402 with x402 terms until it is paid. */
export const orderSchema = z.strictObject({
  terms: termsSchema,
  workload: workloadSchema,
  requirements: requirementsSchema,
});
export type Order = z.infer<typeof orderSchema>;

/** `POST /v1/jobs/:jobId/acceptance`: the buyer countersigns what was spent; the scheduler relays it. */
export const acceptanceSchema = z.strictObject({
  spent: amountSchema,
  signature: hexSchema,
});
