import { readFileSync } from "node:fs";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import { matrixWitness } from "@gristmill/shared/inference/matrix";
import { seedMatrices } from "@gristmill/shared/inference/seedMatrices";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { type Groth16Proof, groth16, type VerificationKey } from "snarkjs";
import { describe, expect, test } from "vitest";
import { readModel } from "../../models/readModel.ts";
import { assertContributed } from "../../scripts/assertContributed.ts";
import { circuitArtifacts } from "../../scripts/setup/artifacts.ts";

const publicModel = shipped("digits.json", 0n);
const privateModel = { ...shipped("smallDigits.json", 9n), modelSalt: 9n };
const salts = { leftSalt: 0n, rightSalt: 0n, productSalt: 0n };
const cases: readonly (readonly [name: string, input: () => object])[] = [
  ["publicDigits", () => inferenceWitness({ context: 5n, ...publicModel, values: new Uint8Array(784), salt: 7n })],
  [
    "privateDigits",
    () =>
      inferenceWitness({
        context: 5n,
        ...privateModel,
        values: new Uint8Array(64).fill(15),
        salt: 7n,
      }),
  ],
  ["matrixProduct16", () => matrixWitness({ context: 5n, size: 16, ...seedMatrices("0x01", 16), ...salts })],
];

describe("a proof holds for its own public inputs only, or one inference would be paid twice", () => {
  test.each(cases)("%s", async (name, input) => {
    const { files, publicInputs } = circuitArtifacts(name);
    const key = JSON.parse(readFileSync(files.verificationKey, "utf8")) as VerificationKey;
    assertContributed(key);
    const values = input() as Record<string, string>;
    const proved: { proof: Groth16Proof; publicSignals: string[] } = await groth16.fullProve(
      values,
      files.wasm,
      files.zkey,
    );
    expect(proved.publicSignals).toEqual(publicInputs.map((signal) => values[signal]));
    expect(await groth16.verify(key, proved.publicSignals, proved.proof)).toBe(true);
    for (const [index, signal] of proved.publicSignals.entries()) {
      for (const other of [BigInt(signal) + 1n, FIELD_SIZE - BigInt(signal)]) {
        const changed = proved.publicSignals.with(index, other.toString());
        expect(await groth16.verify(key, changed, proved.proof)).toBe(false);
      }
    }
  });
});

function shipped(file: string, salt: bigint) {
  const model = readModel(file);
  return { model, modelCommitment: commitModel(model, salt) };
}
