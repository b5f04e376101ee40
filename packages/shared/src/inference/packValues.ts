import { BaseError } from "../errors/baseError.ts";

/** Bits of one packed field element. */
export const PACKED_BITS = 248;

/**
 * Packs whole numbers into field elements, lowest first: element k is the sum of
 * `(value_i + offset) * 2^(bits * i)` over its `floor(248 / bits)` values.
 *
 * @throws BaseError `invalid_request` for a value outside -offset .. 2^bits - offset - 1.
 */
export function packValues(values: ArrayLike<number>, bits: number, offset: number): bigint[] {
  const perElement = Math.floor(PACKED_BITS / bits);
  const elements: bigint[] = [];
  for (let start = 0; start < values.length; start += perElement) {
    let element = 0n;
    for (let index = Math.min(values.length, start + perElement) - 1; index >= start; index--) {
      const raised = (values[index] ?? 0) + offset;
      if (!Number.isInteger(raised) || raised < 0 || raised >= 2 ** bits) {
        throw new BaseError("invalid_request", `value ${values[index]} does not fit ${bits} bits`);
      }
      element = (element << BigInt(bits)) + BigInt(raised);
    }
    elements.push(element);
  }
  return elements;
}
