import { expect, it, describe as suite } from "vitest";
import { generator, meanInterval } from "./bootstrap.mjs";
import { describe, quantile, sum } from "./statistics.mjs";

suite("statistics", () => {
  it("does not lose small values beside large ones", () => {
    expect(sum(Float64Array.of(1e16, 1, -1e16, 1))).toBe(2);
  });

  it("takes quantiles as R's default does", () => {
    // quantile(c(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), c(.25, .5, .9)) in R: 3.25, 5.5, 9.1
    const values = Float64Array.from({ length: 10 }, (_, index) => index + 1);
    expect([0.25, 0.5, 0.9].map((p) => quantile(values, p))).toEqual([3.25, 5.5, 9.1]);
  });

  it("sorts by value, not by text, and leaves its input alone", () => {
    const values = Float64Array.of(10, 9, 100);
    expect(describe(values)).toMatchObject({ min: 9, max: 100, quartiles: { median: 10 } });
    expect([...values]).toEqual([10, 9, 100]);
  });

  it("has no standard deviation for a single value, rather than a wrong one", () => {
    expect(describe(Float64Array.of(7))).toMatchObject({ count: 1, mean: 7, standardDeviation: null });
  });

  it("draws evenly", () => {
    const next = generator("test");
    const counts = new Array(8).fill(0);
    for (let draw = 0; draw < 80_000; draw++) counts[next() >>> 29]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it("finds the interval that theory gives for a large sample", () => {
    const next = generator("sample");
    const values = Float64Array.from({ length: 1_000 }, () => next() / 2 ** 32);
    const work = meanInterval(values, 2_000, "test");
    let step = work.next();
    while (!step.done) step = work.next();
    const { mean, standardDeviation } = describe(values);
    const half = (1.96 * (standardDeviation ?? 0)) / Math.sqrt(values.length);
    expect(Math.abs(step.value.low - (mean - half))).toBeLessThan(0.1 * half);
    expect(Math.abs(step.value.high - (mean + half))).toBeLessThan(0.1 * half);
  });
});
