import { z } from "zod";
import { base64Bytes } from "./base64Bytes.ts";

/** Version of the integer semantics (docs/verified-inference.md). */
export const INFERENCE_SEMANTICS = 1;

/** Weights are 8-bit, biases 20-bit signed integers; activations between layers are 0 to 255. */
export const WEIGHT_BITS = 8;
export const BIAS_BITS = 20;
export const ACTIVATION_BITS = 8;

/** The public shape of a model: what a circuit is generated from, without weights. */
export const modelShapeSchema = z
  .strictObject({
    /** Inputs, width of each hidden layer (one at least), classes. */
    sizes: z.array(z.int().min(1).max(4096)).min(3).max(8),
    /** For each hidden layer: how many low bits the ReLU drops. */
    shifts: z.array(z.int().min(0).max(30)),
    /** Inputs are 0 to 2^inputBits - 1. */
    inputBits: z.int().min(1).max(8),
  })
  .refine(({ sizes, shifts }) => shifts.length === sizes.length - 2, "shifts must have one entry a hidden layer");

/** The public shape of a model. */
export type ModelShape = z.infer<typeof modelShapeSchema>;

/** A classifier in integers. */
export interface Model extends ModelShape {
  /** Layer after layer, row by row: the weights of output j are contiguous. */
  weights: Int8Array;
  /** Layer after layer. */
  biases: Int32Array;
}

const modelFileSchema = z.strictObject({
  semantics: z.literal(INFERENCE_SEMANTICS),
  sizes: z.array(z.int()),
  shifts: z.array(z.int()),
  inputBits: z.int(),
  /** Base64 of the weights as signed bytes. */
  weights: z.string(),
  /** Base64 of the biases as little-endian 32-bit integers. */
  biases: z.string(),
});

/** How many weights and biases a shape has. */
export function modelCounts({ sizes }: ModelShape): { weights: number; biases: number } {
  const layers = sizes.slice(1).map((outputs, index) => ({ outputs, weights: outputs * (sizes[index] ?? 0) }));
  return {
    weights: layers.reduce((sum, layer) => sum + layer.weights, 0),
    biases: layers.reduce((sum, layer) => sum + layer.outputs, 0),
  };
}

/**
 * Reads a model file's JSON value.
 *
 * @throws ZodError for another format, RangeError when the numbers do not fit the shape.
 */
export function parseModel(value: unknown): Model {
  const { semantics: _semantics, weights: weightText, biases: biasText, ...rest } = modelFileSchema.parse(value);
  const shape = modelShapeSchema.parse(rest);
  const counts = modelCounts(shape);
  const weightBytes = base64Bytes(weightText);
  const biasBytes = base64Bytes(biasText);
  if (weightBytes.length !== counts.weights || biasBytes.length !== counts.biases * 4) {
    throw new RangeError(`the model has ${weightBytes.length} weight bytes and ${biasBytes.length} bias bytes`);
  }
  const view = new DataView(biasBytes.buffer, biasBytes.byteOffset, biasBytes.byteLength);
  const biases = Int32Array.from({ length: counts.biases }, (_, index) => view.getInt32(index * 4, true));
  const limit = 2 ** (BIAS_BITS - 1);
  const wide = biases.find((bias) => bias < -limit || bias >= limit);
  if (wide !== undefined) throw new RangeError(`bias ${wide} does not fit ${BIAS_BITS} bits`);
  return { ...shape, weights: new Int8Array(weightBytes.buffer, weightBytes.byteOffset, weightBytes.length), biases };
}
