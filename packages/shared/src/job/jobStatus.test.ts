import { expect, test } from "vitest";
import { jobStatuses, mayFollow } from "./jobStatus.ts";

test("a late message never moves a job's status backwards, except to place it again", () => {
  for (const [i, previous] of jobStatuses.entries()) {
    for (const [j, next] of jobStatuses.entries()) {
      const ended = previous === "settled" || previous === "refunded";
      expect(mayFollow(previous, next), `${previous} -> ${next}`).toBe(!ended && (j > i || next === "funded"));
    }
  }
});
