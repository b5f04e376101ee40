import { z } from "zod";

/** RFC 9457 problem document: what every failed request answers. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  /** Whether money moved, in words, where money was involved. */
  money: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  retryable: z.boolean(),
  /** Where the operator traces requests: what to name when asking. */
  traceId: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
