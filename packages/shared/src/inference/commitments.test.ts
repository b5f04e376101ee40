import { buildPoseidon } from "circomlibjs";
import { describe, expect, test } from "vitest";
import { commitElements } from "./commitElements.ts";
import { commitInput } from "./commitInput.ts";
import { commitModel } from "./commitModel.ts";
import { commitFactor, commitProduct } from "./matrix.ts";
import { packValues } from "./packValues.ts";

const shape = { sizes: [2, 2], shifts: [], inputBits: 4 };

describe("a commitment", () => {
  test.each([1, 14, 15, 16, 31])(
    "of %i elements agrees with circomlibjs, or no proof would match it",
    async (count) => {
      const poseidon = await buildPoseidon();
      const hash = (inputs: bigint[]): bigint => poseidon.F.toObject(poseidon(inputs));
      const elements = Array.from({ length: count }, (_, index) => 2n ** 247n + BigInt(index));
      let expected = hash([2n, BigInt(count), 77n]);
      for (let start = 0; start < count; start += 15) {
        const block = elements.slice(start, start + 15);
        expected = hash([expected, ...block, ...Array<bigint>(15 - block.length).fill(0n)]);
      }
      expect(commitElements("model", elements, 77n)).toBe(expected);
    },
  );

  test("differs by salt, by kind, by each value and by how many there are, so that it opens in one way only", () => {
    const all = [
      commitInput(shape, [1, 2], 7n),
      commitInput(shape, [1, 2], 8n),
      commitInput(shape, [2, 1], 7n),
      commitElements("model", packValues([1, 2], 4, 0), 7n),
      commitElements("input", [0x21n, 0n], 7n),
      commitFactor([1, 2], 7n),
      commitProduct([1, 2], 16, 7n),
      commitModel({ weights: Int8Array.of(1), biases: Int32Array.of(2) }, 7n),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("packValues", () => {
  test("puts values side by side, lowest first, as many as 248 bits hold", () => {
    expect(packValues([-128, 127, 0], 8, 128)).toEqual([0x80ff00n]);
    expect(packValues([...Array<number>(62).fill(0), 5], 4, 0)).toEqual([0n, 5n]);
    expect(packValues(Array<number>(62).fill(15), 4, 0)).toEqual([2n ** 248n - 1n]);
  });

  test.each([
    [[-129], 8, 128],
    [[128], 8, 128],
    [[1.5], 8, 128],
  ])("refuses %j, which would spill into its neighbour", (values, bits, offset) => {
    expect(() => packValues(values, bits, offset)).toThrow("does not fit 8 bits");
  });
});
