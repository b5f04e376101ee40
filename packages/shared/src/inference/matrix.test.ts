import { concat, keccak256, numberToHex } from "viem";
import { expect, test } from "vitest";
import { matrixWitness, multiplyMatrices } from "./matrix.ts";
import { seedMatrices } from "./seedMatrices.ts";

test("a product is row times column, exact at the limits of signed bytes", () => {
  expect([...multiplyMatrices([1, 2, 3, 4], [5, 6, 7, 8], 2)]).toEqual([19, 22, 43, 50]);
  const least = new Int8Array(32 * 32).fill(-128);
  expect(new Set(multiplyMatrices(least, least, 32))).toEqual(new Set([32 * 2 ** 14]));
});

test("a seed gives the matrices that anyone derives again, or a measurement could not be checked", () => {
  const { left, right } = seedMatrices("0x0102", 16);
  const block = (index: number) =>
    Buffer.from(keccak256(concat(["0x0102", numberToHex(index, { size: 4 })])).slice(2), "hex");
  expect(Buffer.from(left.buffer).subarray(32, 64)).toEqual(block(2));
  expect(Buffer.from(right.buffer).subarray(0, 32)).toEqual(block(1));
  expect(seedMatrices("0x0103", 16).left).not.toEqual(left);
});

test("matrices of another size are refused before a proof is tried", () => {
  const request = {
    context: 1n,
    size: 16,
    right: new Int8Array(256),
    leftSalt: 0n,
    rightSalt: 0n,
    productSalt: 0n,
  } as const;
  expect(() => matrixWitness({ ...request, left: new Int8Array(255) })).toThrow("has 256 entries, got 255");
});
