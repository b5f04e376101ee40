import { expect, test } from "vitest";
import { duration } from "./duration.ts";

test.each([
  [0, "0 s"],
  [-5, "0 s"],
  [59, "59 s"],
  [95, "1 min 35 s"],
  [3600, "1 h"],
  [90_061, "1 d 1 h"],
])("a reader sees %i seconds as %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
