import { describe, expect, test } from "vitest";
import type { ChainFact } from "./chainEvent.ts";
import { after, assigned, captured, closed, ended, jobId, leaseIds, started, terms } from "./lifecycleFixture.ts";
import { nextStep } from "./nextStep.ts";

const [first, second] = leaseIds;
const rest = { shards: 1, accepted: false, now: 1100, maxSeconds: 100, startWindow: 600 };
const stepAfter = (facts: ChainFact[], change: Partial<typeof rest> = {}) =>
  nextStep({ ...after(...facts), ...rest, ...change });
const done: ChainFact[] = [
  assigned(first),
  started(first),
  captured(first),
  ended(first, "completed"),
  closed(first, 20),
];
const lost: ChainFact[] = [assigned(first), started(first), ended(first, "node_lost")];

describe("nextStep", () => {
  test("a funded job is placed as long as a lease still fits before its end", () => {
    expect(stepAfter([])).toEqual({ kind: "place", shards: [0] });
    expect(stepAfter([], { now: terms.leaseEnd - 700 })).toEqual({ kind: "place", shards: [0] });
    expect(stepAfter([], { now: terms.leaseEnd - 699 })).toEqual({ kind: "wait_for_buyer", until: 30_001 });
  });
  test("a running lease is left alone", () => {
    expect(stepAfter([assigned(first)])).toEqual({ kind: "wait_for_lease" });
    expect(stepAfter([assigned(first), started(first)])).toEqual({ kind: "wait_for_lease" });
  });
  test("a lost node's job gets its next lease at once, out of the same payment", () => {
    expect(stepAfter(lost)).toEqual({ kind: "place", shards: [0] });
  });
  test("no lease beyond the number the buyer allowed", () => {
    const both = [...lost, assigned(second), ended(second, "never_started"), closed(second, 0)];
    expect(stepAfter(both)).toEqual({ kind: "wait_for_lease" });
    expect(stepAfter(both, { now: terms.captureDeadline + 1 })).toMatchObject({ kind: "wait_for_buyer" });
  });
  test("finished work waits for the buyer's word, and is not run again", () => {
    expect(stepAfter(done)).toEqual({ kind: "wait_for_buyer", until: terms.claimDeadline + 1 });
  });
  test("work that failed or that the buyer stopped is not run again at the buyer's cost", () => {
    for (const reason of ["failed", "stopped_by_buyer"] as const) {
      const facts = [assigned(first), started(first), ended(first, reason), closed(first, 0)];
      expect(stepAfter(facts)).toMatchObject({ kind: "wait_for_buyer" });
    }
  });
  test("an accepted job is settled, but never with a lease open", () => {
    expect(stepAfter(done, { accepted: true })).toEqual({ kind: "settle" });
    expect(stepAfter([], { accepted: true })).toEqual({ kind: "settle" });
    expect(stepAfter([assigned(first)], { accepted: true })).toEqual({ kind: "wait_for_lease" });
  });
  test("a buyer who never comes back gets the rest when the claim window closes", () => {
    expect(stepAfter(done, { now: terms.claimDeadline })).toMatchObject({ kind: "wait_for_buyer" });
    expect(stepAfter(done, { now: terms.claimDeadline + 1 })).toEqual({ kind: "settle" });
    expect(stepAfter([assigned(first)], { now: terms.claimDeadline + 1 })).toEqual({ kind: "settle" });
  });
  test("a settled job is done", () => {
    const settled: ChainFact = { kind: "jobSettled", jobId, paid: 200n, fees: 2n, refunded: 9798n };
    expect(stepAfter([...done, settled], { now: 50_000 })).toEqual({ kind: "done" });
  });
  test("a gang is placed whole, and never in part: not when it may not have a lease for each shard", () => {
    expect(stepAfter([], { shards: 2 })).toEqual({ kind: "place", shards: [0, 1] });
    expect(stepAfter([], { shards: 3 })).toMatchObject({ kind: "wait_for_buyer" });
  });
});
