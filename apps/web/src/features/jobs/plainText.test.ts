import { expect, test } from "vitest";
import { plainText } from "./plainText.ts";

test.each([
  ["terminal colours", "\u001b[31mred\u001b[0m", "red"],
  ["a terminal hyperlink", "\u001b]8;;http://evil\u0007click\u001b]8;;\u0007", "click"],
  ["a cleared screen", "a\u001b[2Jb", "ab"],
  ["carriage returns that overwrite", "safe\rEVIL", "safeEVIL"],
  ["text that reads backwards", "abc\u202efdp.exe", "abcfdp.exe"],
  ["markup, which stays as text", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
  ["tabs and letters of any script", "a\tб漢", "a\tб漢"],
])("a log cannot deceive its reader with %s", (_name, text, shown) => {
  expect(plainText(text)).toBe(shown);
});
