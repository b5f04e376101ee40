import fc from "fast-check";
import { expect, test } from "vitest";
import { LOST_SWEEP_MS, MISSED_BEATS, parseConfig } from "../../config.ts";
import { beatEveryMs, liveness, offlineAfterMs } from "./liveness.ts";

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

test("many nodes beat less often and get more time each, so that a busy scheduler loses none of them", () => {
  expect(beatEveryMs({ ...rule, nodeCount: 10_000 })).toBe(1000);
  expect(offlineAfterMs({ ...rule, nodeCount: 10_000 })).toBe(3000);
  expect(beatEveryMs({ ...rule, nodeCount: 40_000 })).toBe(4000);
  expect(offlineAfterMs({ ...rule, nodeCount: 40_000 })).toBe(12_000);
});

test("with the settings that ship, a silent node is lost within five seconds, the sweep that finds it included", () => {
  const { heartbeatMs, lostGraceMs } = parseConfig({
    DATABASE_URL: "postgres://localhost/x",
    MARKET_FILE: "m",
    DATA_DIR: "d",
    TEMPLATES_FILE: "t",
    SCHEDULER_KEY_FILE: "k",
  });
  const shipped = { heartbeatMs, missedBeats: MISSED_BEATS, graceMs: lostGraceMs, nodeCount: 100 };
  expect(liveness(0, 5000 - LOST_SWEEP_MS, shipped)).toBe("lost");
});
