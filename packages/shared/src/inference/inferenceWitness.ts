import { fieldElement } from "../receipt/tickChain.ts";
import { classify } from "./classify.ts";
import { commitInput } from "./commitInput.ts";
import type { Model } from "./model.ts";

/** What an inference proof is made from. */
export interface InferenceWitnessInput {
  /** `inferenceContext` of the lease. */
  context: bigint;
  model: Model;
  /** `commitModel` of the model, which takes a second for a large one. */
  modelCommitment: bigint;
  /** The model's blinding where it is private; absent for a public model. */
  modelSalt?: bigint;
  values: ArrayLike<number>;
  /** Blinding of the input. */
  salt: bigint;
}

/** Input of an inference circuit, decimal strings by signal name: plain JSON, ready for another process. */
export interface InferenceCircuitInput {
  context: string;
  modelCommitment: string;
  inputCommitment: string;
  class: string;
  values: string[];
  salt: string;
  /** Private models only. */
  weights?: string[];
  biases?: string[];
  modelSalt?: string;
}

/**
 * Classifies an input and lays everything out for the circuit.
 *
 * @throws BaseError `invalid_request` when the values are no input of the model.
 */
export function inferenceWitness(request: InferenceWitnessInput): InferenceCircuitInput {
  const { context, model, modelCommitment, modelSalt, values, salt } = request;
  return {
    context: fieldElement("context", context).toString(),
    modelCommitment: fieldElement("modelCommitment", modelCommitment).toString(),
    inputCommitment: commitInput(model, values, salt).toString(),
    class: classify(model, values).class.toString(),
    values: Array.from(values, String),
    salt: salt.toString(),
    ...(modelSalt !== undefined && {
      // snarkjs reduces negative numbers into the field.
      weights: Array.from(model.weights, String),
      biases: Array.from(model.biases, String),
      modelSalt: modelSalt.toString(),
    }),
  };
}
