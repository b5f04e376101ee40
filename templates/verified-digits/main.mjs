// biome-ignore-all lint/suspicious/noConsole: a command-line program
// Classifies /in/input.json with the integer model in /in/model.json and writes /out/answer.json.
// Exit status: 0 done, 2 bad input.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { classify } from "./classify.mjs";

const input = process.env.INPUT_DIR ?? "/in";
const output = process.env.OUTPUT_DIR ?? "/out";

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(join(input, name), "utf8"));

try {
  const { sizes, shifts, inputBits, weights, biases } = read("model.json");
  const bytes = Buffer.from(biases, "base64");
  const model = {
    ...{ sizes, shifts, inputBits },
    weights: new Int8Array(Buffer.from(weights, "base64")),
    biases: Int32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(index * 4)),
  };
  const { values } = read("input.json");
  const limit = 2 ** inputBits;
  const fits = (/** @type {number} */ value) => Number.isInteger(value) && value >= 0 && value < limit;
  if (!Array.isArray(values) || values.length !== sizes[0] || !values.every(fits)) {
    throw new Error(`input.json must hold ${sizes[0]} whole numbers from 0 to ${limit - 1}`);
  }
  const answer = classify(model, Uint8Array.from(values));
  mkdirSync(output, { recursive: true });
  // The class alone: logits would tell much of the input, and of the weights of a private model.
  writeFileSync(join(output, "answer.json"), `${JSON.stringify({ class: answer.class })}\n`);
  console.log("answered");
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
