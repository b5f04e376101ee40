import { z } from "zod";
import { jobIdSchema } from "../ids/ids.ts";

/** What a webhook is told of: the chain's words about a job. */
export const webhookEventTypes = [
  "job.funded",
  "lease.assigned",
  "lease.started",
  "lease.ended",
  "usage.captured",
  "job.accepted",
  "job.settled",
] as const;

/** Body of a webhook's request. It holds nothing that the chain does not tell everybody: read the job through the API. */
export const webhookEventSchema = z.strictObject({
  /** The same in every repetition. */
  id: z.string(),
  type: z.enum(webhookEventTypes),
  jobId: jobIdSchema,
  /** Unix seconds of the chain. */
  at: z.number().int(),
  txHash: z.string(),
});
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

export const newWebhookSchema = z.strictObject({
  url: z.string().max(2048),
  /** Absent: every job of the wallet that is signed in. */
  jobId: jobIdSchema.optional(),
});

export const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  /** Null: every job of the wallet. */
  jobId: jobIdSchema.nullable(),
  /** Unix seconds. */
  createdAt: z.number().int(),
  /** Events that wait or are tried again. */
  waiting: z.number().int(),
  /** Events that were given up after three days of trying. */
  givenUp: z.number().int(),
  lastError: z.string().nullable(),
});
export type WebhookView = z.infer<typeof webhookSchema>;

export const openedWebhookSchema = webhookSchema.extend({
  /** Signs every request (HMAC-SHA256). Shown once. */
  secret: z.string(),
});
