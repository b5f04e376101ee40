import { expect, test } from "vitest";
import { circomspect } from "../support/circomspect.ts";

test.each([
  // Waived: the signal only names the product that binds the context.
  ["inference/publicModel.circom", ["CS0017 signal contextBinding;"]],
  ["inference/privateModel.circom", ["CS0017 signal contextBinding;"]],
  ["matrixProduct.circom", []],
  ["lib/commitment.circom", []],
  // Waived: circom cannot divide in a constraint; the three constraints below the hint leave it one value.
  ["lib/isZero.circom", ["CS0005 inverse <-- in != 0 ? 1 / in : 0;"]],
  ["lib/layers/argmax.circom", []],
  ["lib/layers/bounds.circom", []],
  ["lib/layers/dense.circom", []],
  // Waived: Num2Bits aliases only from 254 bits on, and the template asserts that it has 32 at most.
  ["lib/layers/reluShift.circom", ["CS0010 component shifted = Num2Bits(BITS + 1);"]],
])("circomspect finds nothing in %s but what is waived with a reason", async (file, waived) => {
  expect(await circomspect(file)).toEqual(waived);
});
