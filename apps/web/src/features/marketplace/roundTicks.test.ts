import { expect, test } from "vitest";
import { roundTicks } from "./roundTicks.ts";

test.each([
  [
    [1.512, 2.196],
    [0, 0.5, 1, 1.5, 2, 2.5],
  ],
  [
    [0.98, 0.7],
    [0, 0.25, 0.5, 0.75, 1, 1.25],
  ],
  [[0.0003], [0, 0.0001, 0.0002, 0.0003, 0.0004]],
  [[61_234], [0, 20_000, 40_000, 60_000, 80_000]],
  [[], [0, 0.2, 0.4, 0.6, 0.8, 1]],
])("a buyer reads prices and speeds %j on an even axis that holds them all", (values, ticks) => {
  expect(roundTicks(values)).toEqual(ticks);
});
