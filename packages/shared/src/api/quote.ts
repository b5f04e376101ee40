import { z } from "zod";
import { addressSchema, assetIdSchema, hexSchema, jobIdSchema } from "../ids/ids.ts";
import { gangSizeOf, objectiveSchema, type Requirements, requirementsSchema } from "../job/requirements.ts";
import { termsSchema } from "../job/terms.ts";
import { type Workload, workloadSchema } from "../job/workload.ts";
import { amountSchema } from "../units/amount.ts";

/** A proven answer is one program's: it has no shards. */
function oneAnswer(
  { workload, requirements }: { workload: Workload; requirements: Requirements },
  context: z.RefinementCtx,
): void {
  if (workload.inference === undefined || gangSizeOf(requirements) === 1) return;
  const message = "must be 1 where a proven answer is bought: an answer has no shards";
  context.addIssue({ code: "custom", path: ["requirements", "gangSize"], message });
}

/** `POST /v1/quotes`: what would this job cost, and where would it run? Nothing is charged. */
export const quoteRequestSchema = z
  .strictObject({
    buyer: addressSchema,
    /** Who receives refunds; the buyer when absent. */
    refundTo: addressSchema.optional(),
    workload: workloadSchema,
    requirements: requirementsSchema.default({ gpuCount: 0, minVramMiB: 0 }),
    /** The most the job may cost, fee included, atomic units; absent: whatever the cheapest fit costs. */
    budget: amountSchema.optional(),
    /** The dearest acceptable asset, atomic units per second; absent: any. */
    pricePerSecondCap: amountSchema.optional(),
    /**
     * Dearest asset, atomic units per second, on which the job may go on when one that was chosen fails; absent: no dearer than
     * those chosen. The payment covers it, what is not used comes back.
     */
    failoverPriceCap: amountSchema.optional(),
    /** Unix seconds of the chain by which the job must have ended, whatever happens; absent: some time after it could begin. */
    deadline: z.number().int().min(0).max(281_474_976_710_655).optional(),
  })
  .superRefine(oneAnswer);
export type QuoteRequest = z.infer<typeof quoteRequestSchema>;

export const candidateSchema = z.object({
  assetId: assetIdSchema,
  name: z.string(),
  /** Whether the job would run there: true of as many as it has shards. */
  chosen: z.boolean(),
  provider: addressSchema,
  gpuClass: z.string().nullable(),
  simulated: z.boolean(),
  region: z.string(),
  pricePerSecond: amountSchema,
  /** The most this candidate would cost for the whole time, fee included. */
  total: amountSchema,
  /** Estimate: what its last leases took to start, and what it must still download. */
  startMs: z.number().int(),
  /** Single precision; null when nobody measured the device. */
  fp32MilliGflops: z.number().int().nullable(),
  attestation: z.enum(["self-measured", "attested", "tee"]),
  stake: amountSchema,
  reputation: amountSchema,
});

const mismatchSchema = z.object({
  /** The requirement's field, such as `requirements.minVramMiB`. */
  field: z.string(),
  reason: z.string(),
  got: z.string(),
  wanted: z.string(),
});

/** Assets of one GPU class that are refused for the same reason, and the nearest of them to what would fit. */
export const refusalSchema = mismatchSchema.extend({
  /** Null: assets without a GPU, or whose class nobody knows yet. */
  gpuClass: z.string().nullable(),
  /** How many there are. */
  assets: z.number().int(),
  /** The nearest: it falls short of the fewest requirements, and is the cheapest among those. */
  assetId: assetIdSchema,
  name: z.string(),
  /** What it is listed for; null when it is not. */
  pricePerSecond: amountSchema.nullable(),
  /** What else it falls short of: with `field` and these changed, it would fit. */
  also: z.array(mismatchSchema),
});

/** The price before anybody signs: every fee is in it. Atomic units. */
export const priceSchema = z.object({
  /** The dearest that the terms accept for one shard. */
  pricePerSecond: amountSchema,
  maxSeconds: z.number().int(),
  shards: z.number().int(),
  /** pricePerSecond * maxSeconds of every shard. */
  compute: amountSchema,
  /** What the chosen assets take for all of the time, fee included: less than `total` where the terms accept dearer ones. */
  expected: amountSchema,
  fee: amountSchema,
  feeBps: z.number().int(),
  /** compute + fee: the payment; what is not used comes back. */
  total: amountSchema,
});

export const quoteSchema = z.object({
  objective: objectiveSchema,
  /** Why those were chosen, in words. */
  why: z.string(),
  /** Assets looked at, and how many of them fit. */
  considered: z.number().int(),
  fitting: z.number().int(),
  /** The best of those that fit, best first, all that are chosen among them. */
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
  /** How long content can be downloaded. */
  retention: z.object({
    /** An input that no job has, from when it was last stored. */
    uploadSeconds: z.number().int(),
    /** Inputs and outputs of this job: unix seconds of the chain until which they are kept, at least. */
    jobUntil: z.number().int(),
  }),
  /** Unix seconds until which an order with these terms is taken. */
  validUntil: z.number().int(),
});
export type Quote = z.infer<typeof quoteSchema>;

/** `POST /v1/jobs`: order under these terms. Answers 402 with x402 terms until it is paid. */
export const orderSchema = z
  .strictObject({
    terms: termsSchema,
    workload: workloadSchema,
    requirements: requirementsSchema,
  })
  .superRefine(oneAnswer);
export type Order = z.infer<typeof orderSchema>;

/** `POST /v1/jobs/:jobId/acceptance`: the buyer countersigns what was spent; the scheduler relays it. */
export const acceptanceSchema = z.strictObject({
  spent: amountSchema,
  signature: hexSchema,
});
