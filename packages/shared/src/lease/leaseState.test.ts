import fc from "fast-check";
import { expect, test } from "vitest";
import { type LeaseEvent, type LeaseState, leaseStates, transition } from "./leaseState.ts";

const events: LeaseEvent[] = ["assign", "start", "end", "close"];

test("no sequence of events starts a lease twice, reopens a closed one or bills one that never started", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events)), (sequence) => {
      let state: LeaseState = "none";
      let starts = 0;
      for (const event of sequence) {
        const next = transition(state, event);
        if (next === undefined) continue;
        expect(leaseStates.indexOf(next)).toBeGreaterThan(leaseStates.indexOf(state));
        if (event === "start") starts += 1;
        state = next;
      }
      expect(starts).toBeLessThanOrEqual(1);
    }),
  );
  expect(transition("assigned", "close")).toBeUndefined();
});
