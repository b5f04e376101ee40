import { expect, test } from "vitest";
import { type JobExit, jobExit } from "./jobExit.ts";

const terms = { claimDeadline: 1_000, reclaimAt: 2_000 };

test.each<[at: number, JobExit]>([
  [999, { kind: "wait", opensAt: 1_001 }],
  [1_000, { kind: "wait", opensAt: 1_001 }],
  [1_001, { kind: "settle" }],
  [1_999, { kind: "settle" }],
  [2_000, { kind: "reclaim" }],
])("a buyer is offered the exit that the contracts allow at %i, no sooner", (at, exit) => {
  expect(jobExit({ terms, money: { closed: false } }, at)).toEqual(exit);
});

test("a buyer is not asked to pay gas for a job that is closed already", () => {
  expect(jobExit({ terms, money: { closed: true } }, 3_000)).toEqual({ kind: "closed" });
});
