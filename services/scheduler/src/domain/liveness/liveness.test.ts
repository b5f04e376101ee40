import fc from "fast-check";
import { expect, test } from "vitest";
import { liveness, offlineAfterMs } from "./liveness.ts";

const rule = { heartbeatMs: 1000, missedBeats: 3, graceMs: 5000, nodeCount: 1 };
const order = { online: 0, offline: 1, lost: 2 };

test("a node is offline after the missed beats and lost only after the grace, to the millisecond", () => {
  expect(liveness(0, 3000, rule)).toBe("online");
  expect(liveness(0, 3001, rule)).toBe("offline");
  expect(liveness(0, 8000, rule)).toBe("offline");
  expect(liveness(0, 8001, rule)).toBe("lost");
});

test("a node never looks better for having been silent longer", () => {
  fc.assert(
    fc.property(fc.nat(20_000), fc.nat(20_000), (silence, more) => {
      expect(order[liveness(0, silence + more, rule)]).toBeGreaterThanOrEqual(order[liveness(0, silence, rule)]);
    }),
  );
});

test("many nodes get more time each, so that a busy scheduler loses none of them", () => {
  expect(offlineAfterMs({ ...rule, nodeCount: 1000 })).toBe(3000);
  expect(offlineAfterMs({ ...rule, nodeCount: 4000 })).toBe(12_000);
});
