import { checkInput } from "./classify.ts";
import { commitElements } from "./commitElements.ts";
import type { ModelShape } from "./model.ts";
import { packValues } from "./packValues.ts";

/**
 * Commitment of a model's input: public, and says nothing of the input as long as the salt is random and secret.
 *
 * @throws BaseError `invalid_request` when the values are no input of this shape.
 */
export function commitInput(shape: ModelShape, values: ArrayLike<number>, salt: bigint): bigint {
  checkInput(shape, values);
  return commitElements("input", packValues(values, shape.inputBits, 0), salt);
}
