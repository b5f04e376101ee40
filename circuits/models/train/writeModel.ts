import { INFERENCE_SEMANTICS, type Model } from "@gristmill/shared/inference/model";

/** The text of a model file: `parseModel` reads it back. */
export function writeModel({ sizes, shifts, inputBits, weights, biases }: Model): string {
  const biasBytes = Buffer.alloc(biases.length * 4);
  for (const [index, bias] of biases.entries()) biasBytes.writeInt32LE(bias, index * 4);
  const file = {
    semantics: INFERENCE_SEMANTICS,
    sizes,
    shifts,
    inputBits,
    weights: Buffer.from(weights.buffer, weights.byteOffset, weights.length).toString("base64"),
    biases: biasBytes.toString("base64"),
  };
  const text = (value: unknown) => (Array.isArray(value) ? `[${value.join(", ")}]` : JSON.stringify(value));
  const lines = Object.entries(file).map(([key, value]) => `  ${JSON.stringify(key)}: ${text(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}
