import { readFileSync } from "node:fs";
import { classify } from "@gristmill/shared/inference/classify";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import type { Model } from "@gristmill/shared/inference/model";
import { describe, expect, test } from "vitest";
import { modelParameters, shapeParameters } from "../../models/modelParameters.ts";
import { readModel } from "../../models/readModel.ts";
import { digitSet } from "../../models/train/digitSet.ts";
import { TEST_GLYPHS } from "../../models/train/glyphs.ts";
import { randomOf } from "../../models/train/random.ts";
import { circuitArtifacts } from "../../scripts/setup/artifacts.ts";
import { type Calculator, calculator } from "../support/calculator.ts";
import { compiled } from "../support/compiled.ts";
import { MOODS, randomInput, randomModel } from "./models.ts";

/** The container's program: plain JavaScript, not part of this package. */
const { classify: containerClassify } = (await import(
  new URL("../../../templates/verified-digits/classify.mjs", import.meta.url).href
)) as { classify: (model: Model, values: Uint8Array) => { class: number; logits: Int32Array } };

const PUBLIC_INPUTS = ["context", "modelCommitment", "inputCommitment", "class"];
const built = (name: string) => calculator(new Uint8Array(readFileSync(circuitArtifacts(name).files.wasm)));

/** The one class that the circuit accepts, tried over all of them. */
function acceptedClasses(wires: Calculator, input: ReturnType<typeof inferenceWitness>, classes: number): number[] {
  return Array.from({ length: classes }, (_, index) => index).filter((candidate) => {
    try {
      wires({ ...input, class: candidate.toString() });
      return true;
    } catch {
      return false;
    }
  });
}

/** A model's commitment, computed once. */
function commitmentOf(model: Model, salt = 0n): bigint {
  const known = commitments.get(model) ?? commitModel(model, salt);
  commitments.set(model, known);
  return known;
}
const commitments = new WeakMap<Model, bigint>();

/** TypeScript and container agree, and the circuit takes their class. */
function agree(model: Model, values: Uint8Array, wires?: Calculator, modelSalt?: bigint): void {
  const ours = classify(model, values);
  const theirs = containerClassify(model, values);
  expect({ class: theirs.class, logits: [...theirs.logits] }).toEqual(ours);
  if (!wires) return;
  const modelCommitment = commitmentOf(model, modelSalt);
  const input = inferenceWitness({
    ...{ context: 5n, model, modelCommitment, values, salt: 11n },
    ...(modelSalt !== undefined && { modelSalt }),
  });
  expect(wires({ ...input }).slice(1, 5)).toEqual(
    [input.context, input.modelCommitment, input.inputCommitment, input.class].map(BigInt),
  );
}

describe("circuit, client and container give one answer, or an honest node could not prove what it computed", () => {
  test("client and container: 4000 random models and inputs of several shapes, extremes among them", () => {
    const random = randomOf(1);
    const shapes = [
      { sizes: [64, 32, 10], shifts: [6], inputBits: 4 },
      { sizes: [9, 7, 5, 3], shifts: [0, 13], inputBits: 8 },
      { sizes: [4, 3, 2], shifts: [1], inputBits: 1 },
      { sizes: [30, 20, 10], shifts: [30], inputBits: 2 },
    ];
    for (let round = 0; round < 1000; round++) {
      for (const shape of shapes) {
        const [weights, inputs] = [MOODS[round % 4] ?? "typical", MOODS[(round >> 2) % 4] ?? "typical"];
        agree(randomModel(shape, random, weights), randomInput(shape, random, inputs));
      }
    }
  });

  test("client and container: the widest layer that the format allows, all at its limits, does not wrap", () => {
    const shape = { sizes: [4096, 2, 2], shifts: [0], inputBits: 8 };
    for (const mood of MOODS) agree(randomModel(shape, randomOf(2), mood), randomInput(shape, randomOf(3), "most"));
    const { logits } = classify(
      { ...shape, sizes: [4096, 2], shifts: [], ...limits(8192, 2) },
      new Uint8Array(4096).fill(255),
    );
    expect(logits[0]).toBe(-(4096 * 255 * 128 + 2 ** 19));
  });

  test("the 784-128-10 circuit: 60 drawn digits, 40 random inputs, black and white", async () => {
    const model = readModel("digits.json");
    const wires = await built("publicDigits");
    const random = randomOf(4);
    for (const image of digitSet(TEST_GLYPHS, 28, 60, 99).images) agree(model, image, wires);
    for (let round = 0; round < 40; round++)
      agree(model, randomInput(model, random, MOODS[round % 4] ?? "typical"), wires);
    const values = new Uint8Array(784).fill(15);
    const input = inferenceWitness({ context: 5n, model, modelCommitment: commitmentOf(model), values, salt: 11n });
    expect(acceptedClasses(wires, input, 10)).toEqual([Number(input.class)]);
  });

  test("the 64-32-10 circuit: 240 random hidden models with random inputs, extremes among them", async () => {
    const shape = readModel("smallDigits.json");
    const wires = await built("privateDigits");
    const random = randomOf(5);
    for (let round = 0; round < 240; round++) {
      const [weights, inputs] = [MOODS[round % 4] ?? "typical", MOODS[(round >> 2) % 4] ?? "typical"];
      agree(randomModel(shape, random, weights), randomInput(shape, random, inputs), wires, BigInt(round));
    }
  });
});

describe("another model is a file of parameters and weights, not another circuit", () => {
  const shape = { sizes: [6, 5, 4, 3], shifts: [3, 2], inputBits: 3 };
  const random = randomOf(6);

  test("hidden: 3 layers, 1500 random models", async () => {
    const { wires } = await compiled(
      "inference/privateModel.circom",
      "PrivateModel",
      shapeParameters(shape),
      PUBLIC_INPUTS,
    );
    for (let round = 0; round < 1500; round++) {
      const [weights, inputs] = [MOODS[round % 4] ?? "typical", MOODS[(round >> 2) % 4] ?? "typical"];
      agree(randomModel(shape, random, weights), randomInput(shape, random, inputs), wires, 3n);
    }
  });

  test.each(MOODS)("public, %s weights: 500 inputs, and for each only one class", async (mood) => {
    const model = randomModel(shape, random, mood);
    const { wires } = await compiled(
      "inference/publicModel.circom",
      "PublicModel",
      modelParameters(model),
      PUBLIC_INPUTS,
    );
    for (let round = 0; round < 500; round++) {
      const values = randomInput(shape, random, round % 2 === 0 ? "typical" : "extreme");
      agree(model, values, wires);
      if (round % 10 > 0) continue;
      const input = inferenceWitness({ context: 5n, model, modelCommitment: commitmentOf(model), values, salt: 11n });
      expect(acceptedClasses(wires, input, 3)).toEqual([Number(input.class)]);
    }
  });
});

function limits(weights: number, biases: number): Pick<Model, "weights" | "biases"> {
  return { weights: new Int8Array(weights).fill(-128), biases: new Int32Array(biases).fill(-(2 ** 19)) };
}
