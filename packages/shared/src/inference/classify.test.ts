import { describe, expect, test } from "vitest";
import { classify, reluShift } from "./classify.ts";
import type { Model } from "./model.ts";

/** Two inputs, two hidden units that pass one input each (dropping one bit), three classes. */
const model: Model = {
  sizes: [2, 2, 3],
  shifts: [1],
  inputBits: 4,
  weights: Int8Array.from([2, 0, 0, 2, 1, 0, 0, 1, -1, -1]),
  biases: Int32Array.from([0, 0, 0, 0, 20]),
};

describe("classify", () => {
  test("gives the figures that a person gets with pencil and paper", () => {
    expect(classify(model, [3, 9])).toEqual({ class: 1, logits: [3, 9, 8] });
    expect(classify(model, [9, 3])).toEqual({ class: 0, logits: [9, 3, 8] });
    expect(classify(model, [0, 0])).toEqual({ class: 2, logits: [0, 0, 20] });
  });

  test("of equal logits the lowest index wins, or two implementations would differ on a tie", () => {
    expect(classify(model, [10, 10]).class).toBe(0);
  });

  test.each([
    [[1], "takes 2 values, got 1"],
    [[16, 0], "0 to 15, got 16"],
    [[-1, 0], "0 to 15, got -1"],
    [[0.5, 0], "0 to 15, got 0.5"],
  ])("refuses %j, which no proof could be made of", (values, message) => {
    expect(() => classify(model, values)).toThrow(message);
  });
});

test.each([
  [-5, 1, 0],
  [0, 0, 0],
  [7, 1, 3],
  [510, 1, 255],
  [511, 1, 255],
  [512, 1, 255],
  [2 ** 27, 0, 255],
  [255, 8, 0],
])("reluShift of %i by %i is %i: down, then clipped", (sum, shift, expected) => {
  expect(reluShift(sum, shift)).toBe(expected);
});
