import { commitElements } from "@gristmill/shared/inference/commitElements";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { inferenceWitness } from "@gristmill/shared/inference/inferenceWitness";
import { commitProduct, matrixWitness, multiplyMatrices } from "@gristmill/shared/inference/matrix";
import type { Model } from "@gristmill/shared/inference/model";
import { beforeAll, describe, expect, test } from "vitest";
import { modelParameters, shapeParameters, type TemplateParameter } from "../../models/modelParameters.ts";
import type { SignalValue } from "../support/calculator.ts";
import { type Compiled, compiled, type Statement } from "../support/compiled.ts";
import { freeSignals } from "../support/freeSignals.ts";

type Input = Record<string, SignalValue>;
/** What a cheat would gain, the statement that stops it, and the cheat. */
type Attack = readonly [name: string, statement: Statement, input: Input];

const PUBLIC_INPUTS = ["context", "modelCommitment", "inputCommitment", "class"];
const MATRIX_INPUTS = ["context", "leftCommitment", "rightCommitment", "productCommitment"];
const accepts = ({ wires }: Compiled, input: Input) => {
  try {
    wires(input);
    return true;
  } catch {
    return false;
  }
};

/** Two hidden units, two classes; the class is 1 where the second pixel is darker. */
const model: Model = {
  sizes: [2, 2, 2],
  shifts: [1],
  inputBits: 2,
  weights: Int8Array.from([60, 0, 0, 60, 1, 0, 0, 1]),
  biases: Int32Array.from([0, 0, -200, -200]),
};
const plain = inferenceWitness({
  context: 5n,
  model,
  modelCommitment: commitModel(model, 0n),
  values: [1, 3],
  salt: 11n,
});
const hidden = inferenceWitness({
  context: 5n,
  model,
  modelCommitment: commitModel(model, 13n),
  modelSalt: 13n,
  values: [1, 3],
  salt: 11n,
});
/** Packed as the circuit packs, without the client's checks. */
const packed = (values: readonly number[], bits: number) =>
  values.reduceRight((element, value) => element * 2n ** BigInt(bits) + BigInt(value), 0n);
const outOfRange = {
  values: ["1", "4"],
  inputCommitment: commitElements("input", [packed([1, 4], 2)], 11n).toString(),
};

const equal = (file: string, text: string): Statement => ({ file, text });
const PUBLIC = "inference/publicModel.circom";
const PRIVATE = "inference/privateModel.circom";
const ARGMAX = "lib/layers/argmax.circom";
const RANGE = equal("lib/commitment.circom", "range[k * PER + i].in <== in[k * PER + i] + OFFSET;");

const publicAttacks: Attack[] = [
  ["name another model", equal(PUBLIC, "modelCommitment === MODEL;"), { ...plain, modelCommitment: "1" }],
  [
    "answer for another input than the committed one",
    equal(PUBLIC, "inputCommitment === committed.out;"),
    { ...plain, inputCommitment: "1" },
  ],
  ["feed in more than an input can be", RANGE, { ...plain, ...outOfRange }],
  [
    "answer with a class that is none, where all logits are negative",
    equal(ARGMAX, "chosen === 1;"),
    { ...plain, class: "2" },
  ],
  [
    "answer with a class that is not the largest",
    equal(ARGMAX, "atLeast[j].in <== largest - in[j] - later;"),
    { ...plain, class: "0" },
  ],
];

const privateAttacks: Attack[] = [
  [
    "apply another model than the committed one",
    equal(PRIVATE, "modelCommitment === model.out;"),
    { ...hidden, modelCommitment: "1" },
  ],
  [
    "answer for another input than the committed one",
    equal(PRIVATE, "inputCommitment === committed.out;"),
    { ...hidden, inputCommitment: "1" },
  ],
  ["feed in more than an input can be", RANGE, { ...hidden, ...outOfRange }],
];

const left = Array.from({ length: 16 }, (_, index) => index * 16 - 128);
const right = Array.from({ length: 16 }, (_, index) => 127 - index * 5);
const product = matrixWitness({
  context: 5n,
  size: 4 as 16,
  left,
  right,
  leftSalt: 1n,
  rightSalt: 2n,
  productSalt: 3n,
});
const wrong = product.product.with(5, (Number(product.product[5]) + 1).toString());
const MATRIX = "matrixProduct.circom";
const matrixAttacks: Attack[] = [
  ["swap the left factor", equal(MATRIX, "leftCommitment === committedLeft.out;"), { ...product, leftCommitment: "1" }],
  [
    "swap the right factor",
    equal(MATRIX, "rightCommitment === committedRight.out;"),
    { ...product, rightCommitment: "1" },
  ],
  [
    "swap the product",
    equal(MATRIX, "productCommitment === committedProduct.out;"),
    { ...product, productCommitment: "1" },
  ],
  [
    "claim a product that is off by one in one entry",
    equal(MATRIX, "sum === claimed;"),
    { ...product, product: wrong, productCommitment: commitProduct(wrong.map(Number), 4, 3n).toString() },
  ],
];

type Circuit = readonly [string, string, readonly TemplateParameter[], readonly string[]];
const families: readonly (readonly [family: string, Circuit, honest: object, readonly Attack[]])[] = [
  ["a public model", [PUBLIC, "PublicModel", modelParameters(model), PUBLIC_INPUTS], plain, publicAttacks],
  ["a hidden model", [PRIVATE, "PrivateModel", shapeParameters(model), PUBLIC_INPUTS], hidden, privateAttacks],
  ["a matrix product", [MATRIX, "MatrixProduct", [4, 2], MATRIX_INPUTS], product, matrixAttacks],
];

describe.each(families)("with %s, nobody can", (_family, circuit, honest, attacks) => {
  let whole: Compiled;
  beforeAll(async () => {
    whole = await compiled(...circuit);
    expect(accepts(whole, { ...honest })).toBe(true);
  });

  test.each(attacks)("%s, by one constraint alone", async (_name, statement, input) => {
    expect(accepts(whole, input)).toBe(false);
    expect(accepts(await compiled(...circuit, statement), input)).toBe(true);
  });

  test("move any signal of a valid witness", () => {
    expect(freeSignals(whole.r1cs, whole.wires({ ...honest }))).toEqual([]);
  });
});

test.each([
  ["public", PUBLIC, "PublicModel", modelParameters(model), plain],
  ["hidden", PRIVATE, "PrivateModel", shapeParameters(model), hidden],
] as const)(
  "without its binding, a proof of a %s model would serve every lease",
  async (_name, file, template, parameters, input) => {
    const text = "contextBinding <== context * inputCommitment;";
    const bare = await compiled(file, template, parameters, PUBLIC_INPUTS, { file, text });
    // Wire 1 is `context`.
    expect(freeSignals(bare.r1cs, bare.wires({ ...input }))).toContain("wire 1: 5 -> 6");
  },
);

test("without range checks an entry could overflow into its neighbour: one commitment, two matrices", async () => {
  // -128 and -112 pack to 0 + 16 * 256, as 128 and -113 would.
  const overflow = { ...product, left: product.left.with(0, "128").with(1, "-113") };
  const bare = await compiled(MATRIX, "MatrixProduct", [4, 2], MATRIX_INPUTS, RANGE);
  const passes = (circuit: Compiled) => {
    const claimed = multiplyMatrices(overflow.left.map(Number), right, 4);
    const productCommitment = commitProduct(claimed, 4, 3n).toString();
    return accepts(circuit, { ...overflow, product: Array.from(claimed, String), productCommitment });
  };
  expect(passes(await compiled(MATRIX, "MatrixProduct", [4, 2], MATRIX_INPUTS))).toBe(false);
  expect(passes(bare)).toBe(true);
});
