import { expect, it } from "vitest";
import { readRange } from "./readRange.ts";

it.each<[string | undefined, ReturnType<typeof readRange>]>([
  [undefined, "whole"],
  ["bytes=0-", { start: 0, end: 9 }],
  ["bytes=4-6", { start: 4, end: 6 }],
  ["bytes=9-9", { start: 9, end: 9 }],
  ["bytes=4-999", { start: 4, end: 9 }],
  ["bytes=-3", { start: 7, end: 9 }],
  ["bytes=-999", { start: 0, end: 9 }],
  ["bytes=10-", "none"],
  ["bytes=10-12", "none"],
  ["bytes=-0", "none"],
  ["bytes=6-4", "whole"],
  ["bytes=-", "whole"],
  ["bytes=0-1,4-5", "whole"],
  ["bytes=a-b", "whole"],
  ["rows=0-1", "whole"],
  ["bytes=99999999999999999-", "whole"],
])("a download that broke off goes on where it ended: %s", (header, part) => {
  expect(readRange(header, 10)).toEqual(part);
});
