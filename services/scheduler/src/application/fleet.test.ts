import type { Address } from "viem";
import { expect, test } from "vitest";
import { manifestOf } from "../../test/testNode.ts";
import { createFleet } from "./fleet.ts";
import type { Beat, NodeRecord, NodeStore } from "./ports.ts";

const node = `0x${"11".repeat(20)}` as Address;
const manifestHash = `0x${"22".repeat(32)}` as const;
const rule = { heartbeatMs: 1000, missedBeats: 3, graceMs: 1000, reconnectMs: 10_000 };
const record: NodeRecord = {
  ...{ node, provider: node, manifest: manifestOf(node, "n"), manifestHash },
  ...{ pairing: { deadline: 1, signature: "0x" }, lastSeenMs: null },
};

/** A database that several processes share, which may be away. */
function shared() {
  const kept = { away: false, beats: [] as (Beat & { manifestHash: typeof manifestHash })[] };
  const store: NodeStore = {
    all: async () => [record],
    keep: async () => undefined,
    seen: async () => {
      if (kept.away) throw new Error("away");
    },
    heardElsewhere: async () => kept.beats,
    manifests: async () => new Map(),
  };
  return { kept, store };
}

test("a node is lost after its silence, and one that another process hears is not", async () => {
  const { kept, store } = shared();
  let now = 0;
  const fleet = await createFleet(store, rule, () => now);
  await fleet.admit(record);
  now = 4000;
  await fleet.flush();
  expect(fleet.liveness(node)).toBe("offline");
  now = 4001;
  expect(fleet.newlyLost()).toEqual([node]);
  expect(fleet.newlyLost()).toEqual([]);
  fleet.left(node);
  kept.beats = [{ node, silentMs: 500, draining: false, manifestHash }];
  await fleet.flush();
  expect(fleet.isOnline(node)).toBe(true);
});

test("while the database is away nobody's node is called lost, nor at the moment it is back", async () => {
  const { kept, store } = shared();
  let now = 0;
  const fleet = await createFleet(store, rule, () => now);
  kept.beats = [{ node, silentMs: 100, draining: false, manifestHash }];
  await fleet.flush();
  expect(fleet.isOnline(node)).toBe(true);
  kept.away = true;
  now = 60_000;
  await fleet.flush().catch(() => undefined);
  expect(fleet.newlyLost()).toEqual([]);
  kept.away = false;
  kept.beats = [];
  await fleet.flush();
  expect(fleet.newlyLost()).toEqual([]);
  for (let second = 0; second < 15; second++) {
    now += 1000;
    await fleet.flush();
  }
  expect(fleet.newlyLost()).toEqual([node]);
});

test("a machine whose time is set an hour ahead or back loses no node: silence is measured by a steady clock", async () => {
  const { store } = shared();
  const steady = () => performance.timeOrigin + performance.now();
  const fleet = await createFleet(store, rule, steady);
  await fleet.admit(record);
  const real = Date.now;
  try {
    for (const skewMs of [3_600_000, -3_600_000]) {
      Date.now = () => real() + skewMs;
      fleet.beat(node, false);
      expect(fleet.liveness(node)).toBe("online");
      expect(fleet.newlyLost()).toEqual([]);
    }
  } finally {
    Date.now = real;
  }
});
