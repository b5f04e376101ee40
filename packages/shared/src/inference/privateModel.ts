import { z } from "zod";
import { FIELD_SIZE } from "../receipt/tickChain.ts";
import { type Model, parseModel } from "./model.ts";

const privateModelSchema = z.strictObject({
  /** Circuit of the model's shape, by its name in circuits.json. */
  circuit: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  /** Blinding of the weights' commitment, decimal. */
  salt: z
    .string()
    .regex(/^(0|[1-9]\d{0,76})$/)
    .transform(BigInt)
    .refine((salt) => salt > 0n && salt < FIELD_SIZE, "must be random and below the field's order"),
  model: z.unknown(),
});

/** Weights that stay with their owner: who holds this file can answer for the model, nobody else. */
export interface PrivateModel {
  circuit: string;
  salt: bigint;
  model: Model;
  /** The model's file without its salt, for the container. */
  text: string;
}

/** Reads a private model's file. @throws ZodError, RangeError for another format */
export function parsePrivateModel(value: unknown): PrivateModel {
  const { circuit, salt, model } = privateModelSchema.parse(value);
  return { circuit, salt, model: parseModel(model), text: JSON.stringify(model) };
}
