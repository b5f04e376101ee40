import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChainFact } from "./chainEvent.ts";
import { foldEvents } from "./foldEvents.ts";
import {
  after,
  assigned,
  captured,
  closed,
  ended,
  eventsOf,
  jobId,
  leaseIds,
  opened,
  started,
} from "./lifecycleFixture.ts";
import { emptyMarketState } from "./marketState.ts";

const [first, second] = leaseIds;
const minted: ChainFact = {
  kind: "assetMinted",
  assetId: "1",
  provider: `0x${"6".repeat(40)}`,
  node: `0x${"5".repeat(40)}`,
  manifestHash: `0x${"00".repeat(32)}`,
  gpuClass: `0x${"00".repeat(32)}`,
  gpuCount: 0,
  memoryBytes: 0n,
  region: "0x4445",
  attestedUntil: 9000,
};
const history: ChainFact[] = [
  minted,
  opened,
  assigned(first),
  started(first),
  ended(first, "node_lost"),
  assigned(second),
  started(second),
  captured(second),
  ended(second, "completed"),
  closed(second, 20),
  { kind: "jobSettled", jobId, paid: 200n, fees: 2n, refunded: 9798n },
];

test("a reorganised chain gives the state of a fresh index, wherever batches were cut and blocks taken back", () => {
  const events = eventsOf(history);
  const whole = foldEvents(emptyMarketState, events);
  fc.assert(
    fc.property(fc.nat(events.length), fc.nat(events.length), (left, right) => {
      const [fork, seen] = left < right ? [left, right] : [right, left];
      foldEvents(emptyMarketState, events.slice(0, seen));
      const kept = foldEvents(emptyMarketState, events.slice(0, fork));
      expect(foldEvents(kept, events.slice(fork))).toEqual(whole);
    }),
  );
});

test("folding leaves the state it was given as it was, so that a reader's snapshot does not change under it", () => {
  const before = foldEvents(emptyMarketState, eventsOf(history.slice(0, 4)));
  const copy = structuredClone(before);
  foldEvents(before, eventsOf(history).slice(4));
  expect(before).toEqual(copy);
});

test("an asset is busy from the assignment to the lease's end, and free for the next job then", () => {
  const stateAt = (count: number) => foldEvents(emptyMarketState, eventsOf(history.slice(0, count))).assets.get("1");
  expect(stateAt(2)?.liveLease).toBeNull();
  expect(stateAt(3)?.liveLease).toBe(first);
  expect(stateAt(5)?.liveLease).toBeNull();
  expect(stateAt(6)?.liveLease).toBe(second);
  expect(stateAt(9)?.liveLease).toBeNull();
});

test("every transaction of a job is one of its transactions, once", () => {
  expect(after(...history.slice(2)).job.transactions).toHaveLength(10);
});
