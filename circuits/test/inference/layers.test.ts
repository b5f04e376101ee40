import { reluShift } from "@gristmill/shared/inference/classify";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { beforeAll, describe, expect, test } from "vitest";
import { randomOf } from "../../models/train/random.ts";
import { type Compiled, compiled } from "../support/compiled.ts";

const refused = (circuit: Compiled, input: Parameters<Compiled["wires"]>[0]) =>
  expect(() => circuit.wires(input)).toThrow("a constraint is broken");
const below = (value: bigint) => ((value % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;

describe("ReLU with shift gives what the page says for every sum, or node and buyer see different answers", () => {
  let relu: Compiled;
  beforeAll(async () => {
    relu = await compiled("lib/layers/reluShift.circom", "ReluShift", [11, 2], ["in"]);
  });

  test("for each of the 4095 sums that 11 bits and a sign hold", () => {
    for (let sum = -2047; sum <= 2047; sum++) expect(relu.wires({ in: sum })[1]).toBe(BigInt(reluShift(sum, 2)));
  });

  test.each([
    ["just below zero", -1, 0n],
    ["zero", 0, 0n],
    ["below the first step", 3, 0n],
    ["the first step", 4, 1n],
    ["below the top", 1019, 254n],
    ["the top", 1020, 255n],
    ["the last sum that fits", 1023, 255n],
    ["the first that saturates", 1024, 255n],
    ["the largest", 2047, 255n],
  ])("%s: rounding down, clipped at 255", (_name, sum, expected) => {
    expect(relu.wires({ in: sum })[1]).toBe(expected);
  });

  test.each([[2048n], [2049n], [-2049n], [FIELD_SIZE / 2n]])("refuses %s, which no layer can reach", (sum) => {
    refused(relu, { in: below(sum) });
  });

  test("takes -2048, the one sum outside its bound that its bits still hold, for what it is: negative", () => {
    expect(relu.wires({ in: -2048 })[1]).toBe(0n);
  });

  test("without bits above the kept ones nothing saturates, and a shift past all bits leaves zero", async () => {
    const narrow = await compiled("lib/layers/reluShift.circom", "ReluShift", [6, 0], ["in"]);
    const gone = await compiled("lib/layers/reluShift.circom", "ReluShift", [6, 9], ["in"]);
    for (let sum = -63; sum <= 63; sum++) {
      expect(narrow.wires({ in: sum })[1]).toBe(BigInt(reluShift(sum, 0)));
      expect(gone.wires({ in: sum })[1]).toBe(BigInt(reluShift(sum, 9)));
    }
  });
});

describe("argmax accepts one class for each list of logits, or a node could choose its answer", () => {
  let argmax: Compiled;
  beforeAll(async () => {
    argmax = await compiled("lib/layers/argmax.circom", "AssertArgmax", [4, 5], ["class"]);
  });
  const accepted = (logits: number[]) =>
    [0, 1, 2, 3, 4, 5].filter((candidate) => {
      try {
        argmax.wires({ in: logits, class: candidate });
        return true;
      } catch {
        return false;
      }
    });

  test.each([
    ["one largest", [1, 5, 3, 2], 1],
    ["a tie: the lowest index", [1, 5, 5, 2], 1],
    ["a tie at the ends", [7, 0, 0, 7], 0],
    ["all equal", [0, 0, 0, 0], 0],
    ["all negative", [-9, -8, -31, -8], 1],
    ["both extremes", [-31, 31, -31, 31], 1],
  ])("%s", (_name, logits, expected) => {
    expect(accepted(logits)).toEqual([expected]);
  });

  test("2000 random lists of few values, so that ties are common", () => {
    const random = randomOf(7);
    for (let round = 0; round < 2000; round++) {
      const logits = Array.from({ length: 4 }, () => Math.floor(random() * 5) - 2);
      expect(accepted(logits)).toEqual([logits.indexOf(Math.max(...logits))]);
    }
  });

  test.each([[-1n], [4n], [FIELD_SIZE - 1n]])("refuses class %s, which is none", (candidate) => {
    refused(argmax, { in: [0, 0, 0, 0], class: below(candidate) });
  });
});

describe("a commitment holds its values in range, or two inputs would share one", () => {
  test.each([
    ["input of 4 bits", 4, 0, [0, 15], [-1, 16, 31]],
    ["weight", 8, 128, [-128, -127, 0, 126, 127], [-129, 128]],
    ["bias", 20, 2 ** 19, [-(2 ** 19), 2 ** 19 - 1], [-(2 ** 19) - 1, 2 ** 19]],
  ])("%s", async (_name, bits, offset, inside, outside) => {
    const pack = await compiled("lib/commitment.circom", "Pack", [1, bits, offset], ["in"]);
    for (const value of inside) expect(pack.wires({ in: [value] })[1]).toBe(BigInt(value + offset));
    for (const value of outside) refused(pack, { in: [value] });
    refused(pack, { in: [FIELD_SIZE / 2n] });
  });
});
