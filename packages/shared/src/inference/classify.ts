import { BaseError } from "../errors/baseError.ts";
import { ACTIVATION_BITS, type Model } from "./model.ts";

/** What a model says of one input. */
export interface Classification {
  /** Index of the largest logit; of equal ones the lowest. */
  class: number;
  /** The last layer's sums, exact. */
  logits: number[];
}

/**
 * Applies a model to an input, in the integer semantics of docs/verified-inference.md. Every sum stays below
 * 4096 * 255 * 128 + 2^19 = 2^27 at most, so that numbers are exact.
 *
 * @param values - one integer an input, 0 to 2^inputBits - 1
 * @throws BaseError `invalid_request` for another number of inputs or one out of range.
 */
export function classify(model: Model, values: ArrayLike<number>): Classification {
  checkInput(model, values);
  let layer = Array.from(values);
  let weightAt = 0;
  let biasAt = 0;
  const last = model.sizes.length - 1;
  for (let index = 1; index <= last; index++) {
    const outputs = model.sizes[index] ?? 0;
    const sums: number[] = [];
    for (let j = 0; j < outputs; j++) {
      let sum = model.biases[biasAt++] ?? 0;
      for (const value of layer) sum += (model.weights[weightAt++] ?? 0) * value;
      sums.push(sum);
    }
    layer = index === last ? sums : sums.map((sum) => reluShift(sum, model.shifts[index - 1] ?? 0));
  }
  let best = 0;
  for (const [index, logit] of layer.entries()) if (logit > (layer[best] ?? logit)) best = index;
  return { class: best, logits: layer };
}

/** `min(2^8 - 1, floor(max(sum, 0) / 2^shift))`. */
export function reluShift(sum: number, shift: number): number {
  return Math.min(2 ** ACTIVATION_BITS - 1, Math.floor(Math.max(sum, 0) / 2 ** shift));
}

/** @throws BaseError `invalid_request` when the values are no input of this model. */
export function checkInput({ sizes, inputBits }: Pick<Model, "sizes" | "inputBits">, values: ArrayLike<number>): void {
  if (values.length !== sizes[0]) {
    throw new BaseError("invalid_request", `the model takes ${sizes[0]} values, got ${values.length}`);
  }
  const limit = 2 ** inputBits;
  for (const value of Array.from(values)) {
    if (!Number.isInteger(value) || value < 0 || value >= limit) {
      throw new BaseError("invalid_request", `input values must be whole numbers from 0 to ${limit - 1}, got ${value}`);
    }
  }
}
