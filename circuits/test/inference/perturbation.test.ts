import { readFileSync } from "node:fs";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import { matrixWitness } from "@gristmill/shared/inference/matrix";
import { seedMatrices } from "@gristmill/shared/inference/seedMatrices";
import { describe, expect, test } from "vitest";
import { readModel } from "../../models/readModel.ts";
import { digitSet } from "../../models/train/digitSet.ts";
import { TEST_GLYPHS } from "../../models/train/glyphs.ts";
import { circuitArtifacts } from "../../scripts/setup/artifacts.ts";
import { calculator, type SignalValue } from "../support/calculator.ts";
import { freeSignals } from "../support/freeSignals.ts";
import { readR1cs } from "../support/r1cs.ts";

const digit = (size: number) => digitSet(TEST_GLYPHS, size, 4, 12).images[3] ?? new Uint8Array();
const publicModel = shipped("digits.json", 0n);
const privateModel = { ...shipped("smallDigits.json", 9n), modelSalt: 9n };
const salts = { leftSalt: 0n, rightSalt: 0n, productSalt: 0n };
const inputs: readonly (readonly [name: string, input: () => object])[] = [
  ["publicDigits", () => inferenceWitness({ context: 5n, ...publicModel, values: digit(28), salt: 7n })],
  [
    "privateDigits",
    () =>
      inferenceWitness({
        context: 5n,
        ...privateModel,
        values: digit(8),
        salt: 7n,
      }),
  ],
  ["matrixProduct16", () => matrixWitness({ context: 5n, size: 16, ...seedMatrices("0x01", 16), ...salts })],
  ["matrixProduct32", () => matrixWitness({ context: 5n, size: 32, ...seedMatrices("0x01", 32), ...salts })],
];

describe("the constraints hold every signal in place, or a prover could move one and keep the proof", () => {
  test.each(inputs)("%s: each of its signals", async (name, input) => {
    const { files } = circuitArtifacts(name);
    const r1cs = readR1cs(files.r1cs);
    const wires = await calculator(new Uint8Array(readFileSync(files.wasm)));
    const witness = wires(input() as Record<string, SignalValue>);
    expect(witness).toHaveLength(r1cs.wires);
    expect(freeSignals(r1cs, witness)).toEqual([]);
  });
});

function shipped(file: string, salt: bigint) {
  const model = readModel(file);
  return { model, modelCommitment: commitModel(model, salt) };
}
