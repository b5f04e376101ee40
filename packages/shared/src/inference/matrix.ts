import { BaseError } from "../errors/baseError.ts";
import { fieldElement } from "../receipt/tickChain.ts";
import { commitElements } from "./commitElements.ts";
import { packValues } from "./packValues.ts";

/** Sizes that a circuit exists for. */
export const MATRIX_SIZES = [16, 32] as const;
export type MatrixSize = (typeof MATRIX_SIZES)[number];

/** Bits of a product's entries: n * 2^14 at most, and a sign. */
export const productBits = (size: number): number => 16 + Math.log2(size);

/** The product of two square matrices of signed bytes, row by row, exact. */
export function multiplyMatrices(left: ArrayLike<number>, right: ArrayLike<number>, size: number): Int32Array {
  const product = new Int32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = left[row * size + inner] ?? 0;
      for (let column = 0; column < size; column++) {
        product[row * size + column] =
          (product[row * size + column] ?? 0) + factor * (right[inner * size + column] ?? 0);
      }
    }
  }
  return product;
}

/** Commitment of a matrix of signed bytes, row by row. The salt is zero where the matrix is public. */
export function commitFactor(entries: ArrayLike<number>, salt: bigint): bigint {
  return commitElements("matrix", packValues(entries, 8, 128), salt);
}

/** Commitment of a product of two matrices of this size. */
export function commitProduct(entries: ArrayLike<number>, size: number, salt: bigint): bigint {
  const bits = productBits(size);
  return commitElements("matrix", packValues(entries, bits, 2 ** (bits - 1)), salt);
}

/** Input of the matrix product circuit, decimal strings by signal name. */
export interface MatrixCircuitInput {
  context: string;
  leftCommitment: string;
  rightCommitment: string;
  productCommitment: string;
  left: string[];
  right: string[];
  product: string[];
  leftSalt: string;
  rightSalt: string;
  productSalt: string;
}

/** What a proof of a matrix product is made from. */
export interface MatrixWitnessInput {
  context: bigint;
  size: MatrixSize;
  left: ArrayLike<number>;
  right: ArrayLike<number>;
  /** Blindings; zero where a matrix is public. */
  leftSalt: bigint;
  rightSalt: bigint;
  productSalt: bigint;
}

/**
 * Multiplies and lays everything out for the circuit.
 *
 * @throws BaseError `invalid_request` when the matrices are not of this size or not of signed bytes.
 */
export function matrixWitness(request: MatrixWitnessInput): MatrixCircuitInput {
  const { context, size, left, right, leftSalt, rightSalt, productSalt } = request;
  for (const factor of [left, right]) {
    if (factor.length !== size * size) {
      throw new BaseError(
        "invalid_request",
        `a matrix of size ${size} has ${size * size} entries, got ${factor.length}`,
      );
    }
  }
  const product = multiplyMatrices(left, right, size);
  return {
    context: fieldElement("context", context).toString(),
    leftCommitment: commitFactor(left, leftSalt).toString(),
    rightCommitment: commitFactor(right, rightSalt).toString(),
    productCommitment: commitProduct(product, size, productSalt).toString(),
    left: Array.from(left, String),
    right: Array.from(right, String),
    product: Array.from(product, String),
    leftSalt: leftSalt.toString(),
    rightSalt: rightSalt.toString(),
    productSalt: productSalt.toString(),
  };
}
