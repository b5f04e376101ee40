import { commitElements } from "./commitElements.ts";
import { BIAS_BITS, type Model, WEIGHT_BITS } from "./model.ts";
import { packValues } from "./packValues.ts";

/**
 * Commitment of a model's weights and biases.
 *
 * @param salt - random and secret for a private model; zero for a public one.
 */
export function commitModel({ weights, biases }: Pick<Model, "weights" | "biases">, salt: bigint): bigint {
  const elements = [
    ...packValues(weights, WEIGHT_BITS, 2 ** (WEIGHT_BITS - 1)),
    ...packValues(biases, BIAS_BITS, 2 ** (BIAS_BITS - 1)),
  ];
  return commitElements("model", elements, salt);
}
