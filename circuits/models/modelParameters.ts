import { commitModel } from "@gristmill/shared/inference/commitModel";
import type { Model, ModelShape } from "@gristmill/shared/inference/model";

/** A parameter of a circom template. */
export type TemplateParameter = number | bigint | readonly TemplateParameter[];

/** Parameters of `PrivateModel` for a shape. */
export function shapeParameters({ sizes, shifts, inputBits }: ModelShape): TemplateParameter[] {
  return [sizes.length - 1, sizes, shifts, inputBits];
}

/** Parameters of `PublicModel` for a model. */
export function modelParameters(model: Model): TemplateParameter[] {
  return [...shapeParameters(model), [...model.weights], [...model.biases], commitModel(model, 0n)];
}

/** A parameter as circom's source has it. */
export function parameterText(parameter: TemplateParameter): string {
  return typeof parameter === "object" ? `[${parameter.map(parameterText).join(",")}]` : parameter.toString();
}
