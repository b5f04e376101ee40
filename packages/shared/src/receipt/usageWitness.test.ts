import { describe, expect, test } from "vitest";
import { MAX_TICK_SECONDS, MAX_TICKS, nextHead } from "./tickChain.ts";
import { usageWitness } from "./usageWitness.ts";

const base = { origin: 11n, context: 22n, from: 100 };

describe("usageWitness", () => {
  test("ends where the last tick ends and hashes exactly the given ticks", () => {
    const ticks = [
      { elapsed: 110, sample: 5n },
      { elapsed: 170, sample: 6n },
    ];
    const witness = usageWitness({ ...base, ticks });
    expect(witness.head).toBe(nextHead(nextHead(11n, 110, 5n), 170, 6n).toString());
    expect([witness.from, witness.to]).toEqual(["100", "170"]);
    expect(witness.elapsed).toEqual(["110", ...Array.from({ length: MAX_TICKS - 1 }, () => "170")]);
    expect(witness.sample).toEqual(["5", "6", ...Array.from({ length: MAX_TICKS - 2 }, () => "0")]);
    expect(witness.active).toEqual(["1", "1", ...Array.from({ length: MAX_TICKS - 2 }, () => "0")]);
  });

  test.each([MAX_TICK_SECONDS - 1, MAX_TICK_SECONDS])("accepts a step of %i seconds", (step) => {
    expect(usageWitness({ ...base, ticks: [{ elapsed: 100 + step, sample: 0n }] }).to).toBe(String(100 + step));
  });

  test("refuses a gap, because no proof bills across one", () => {
    const ticks = [{ elapsed: 100 + MAX_TICK_SECONDS + 1, sample: 0n }];
    expect(() => usageWitness({ ...base, ticks })).toThrow(/0 to 60 seconds apart, got 61/);
  });

  test("refuses time that runs backwards", () => {
    expect(() => usageWitness({ ...base, ticks: [{ elapsed: 99, sample: 0n }] })).toThrow(/got -1/);
  });

  test("refuses a receipt without ticks, and one with more than the circuit holds", () => {
    expect(() => usageWitness({ ...base, ticks: [] })).toThrow(/1 to 16 ticks, got 0/);
    const ticks = Array.from({ length: MAX_TICKS + 1 }, () => ({ elapsed: 100, sample: 0n }));
    expect(() => usageWitness({ ...base, ticks })).toThrow(/1 to 16 ticks, got 17/);
  });
});
