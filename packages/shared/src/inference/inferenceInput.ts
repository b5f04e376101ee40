import { z } from "zod";
import { FIELD_SIZE } from "../receipt/tickChain.ts";

/** What a buyer sends to be classified: the input, and the salt that hides it behind its commitment. */
export const inferenceInputSchema = z.strictObject({
  values: z.array(z.int().min(0).max(255)).min(1).max(4096),
  salt: z
    .string()
    .regex(/^(0|[1-9]\d{0,76})$/)
    .transform(BigInt)
    .refine((salt) => salt < FIELD_SIZE, "must be below the field's order"),
});
export type InferenceInput = z.infer<typeof inferenceInputSchema>;
