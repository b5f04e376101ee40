import { describe, expect, test } from "vitest";
import { rollupChallenge, rollupEvaluation } from "./rollupChallenge.ts";
import { blocksOf, rollupWitness } from "./rollupWitness.ts";
import { FIELD_SIZE } from "./tickChain.ts";
import { usageWitness } from "./usageWitness.ts";

const receipt = (origin: bigint, from: number, ticks: number) => ({
  ...{ origin, context: origin + 1n, from },
  ticks: Array.from({ length: ticks }, (_, index) => ({ elapsed: from + index + 1, sample: BigInt(index) })),
});

describe("rollupWitness", () => {
  test("gives short receipts one block and long ones as many as they need", () => {
    expect([1, 4, 5, 16].map(blocksOf)).toEqual([1, 1, 2, 4]);
    const { input } = rollupWitness([receipt(11n, 100, 5), receipt(22n, 7, 1)], 4);
    expect(input.ends).toEqual(["0", "1", "1", "1"]);
    expect(input.origin).toEqual(["11", "0", "22", "0"]);
    expect(input.from).toEqual(["100", "0", "7", "0"]);
    expect(input.active.map((block) => block.join(""))).toEqual(["1111", "1000", "1000", "0000"]);
    expect(input.elapsed[1]).toEqual(["105", "105", "105", "105"]);
    expect(input.elapsed[3]).toEqual(["0", "0", "0", "0"]);
  });

  test("states the same of each receipt as its proof alone would", () => {
    const receipts = [receipt(11n, 100, 16), receipt(22n, 7, 3)];
    const { statements } = rollupWitness(receipts, 26);
    for (const [index, one] of receipts.entries()) {
      const { context, origin, head, from, to } = usageWitness(one);
      const stated = Object.fromEntries(
        Object.entries(statements[index] ?? {}).map(([key, value]) => [key, `${value}`]),
      );
      expect(stated).toEqual({ context, origin, head, from, to });
    }
  });

  test("refuses what fits no circuit, and a receipt that no proof exists for", () => {
    expect(() => rollupWitness([], 26)).toThrow(/1 to 26 blocks of ticks, got 0/);
    expect(() => rollupWitness([receipt(1n, 0, 16), receipt(1n, 0, 9)], 6)).toThrow(/got 7/);
    expect(() => rollupWitness([receipt(1n, 0, 17)], 26)).toThrow(/1 to 16 ticks, got 17/);
  });
});

describe("the challenge", () => {
  const statements = [{ context: 1n, origin: 2n, head: 3n, from: 4, to: 5 }];

  test.each(["context", "origin", "head", "from", "to"] as const)("hangs on the %s of every receipt", (field) => {
    const other = statements.map((one) => ({ ...one, [field]: field === "from" || field === "to" ? 9 : 9n }));
    expect(rollupChallenge(7n, other)).not.toBe(rollupChallenge(7n, statements));
  });

  test("hangs on the commitment: it cannot be known before", () => {
    expect(rollupChallenge(8n, statements)).not.toBe(rollupChallenge(7n, statements));
    expect(rollupChallenge(7n, statements)).toBeLessThan(FIELD_SIZE);
  });
});

test("the evaluation is the receipts' polynomial, lowest power first", () => {
  const one = { context: 0n, origin: 2n, head: 3n, from: 5, to: 7 };
  expect(rollupEvaluation(10n, [one])).toBe(7532n);
  expect(rollupEvaluation(10n, [one, one])).toBe(75327532n);
  expect(rollupEvaluation(FIELD_SIZE - 1n, [one])).toBe(FIELD_SIZE - 3n);
});
