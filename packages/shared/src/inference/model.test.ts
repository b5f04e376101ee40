import { describe, expect, test } from "vitest";
import { parseModel } from "./model.ts";

const file = {
  semantics: 1,
  sizes: [2, 1, 1],
  shifts: [3],
  inputBits: 4,
  weights: Buffer.from([255, 127, 1]).toString("base64"),
  biases: Buffer.from([0xff, 0xff, 0xff, 0xff, 5, 0, 0, 0]).toString("base64"),
};

describe("a model file", () => {
  test("gives signed weights and biases", () => {
    const model = parseModel(file);
    expect([...model.weights, ...model.biases]).toEqual([-1, 127, 1, -1, 5]);
  });

  test.each([
    ["of other semantics", { semantics: 2 }],
    ["with a shift too many", { shifts: [1, 1] }],
    ["with a weight missing", { weights: "AA==" }],
    ["with a bias of 21 bits", { biases: Buffer.from([0, 0, 8, 0, 0, 0, 0, 0]).toString("base64") }],
    ["with a field that nobody knows", { scale: 1 }],
    ["without a hidden layer", { sizes: [2, 1], shifts: [] }],
    ["with inputs of 9 bits", { inputBits: 9 }],
  ])("%s is refused: it would be computed in another way elsewhere", (_name, change) => {
    expect(() => parseModel({ ...file, ...change })).toThrow();
  });
});
