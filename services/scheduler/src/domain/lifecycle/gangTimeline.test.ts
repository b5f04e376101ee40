import { expect, test } from "vitest";
import { after, assigned, captured, closed, ended, leaseIds, started, thirdLease } from "./lifecycleFixture.ts";
import { nextStep } from "./nextStep.ts";
import { timeline } from "./timeline.ts";

const [first, second] = leaseIds;
const gang = [assigned(first), assigned(second)];
const done = (leaseId: typeof first) => [captured(leaseId), ended(leaseId, "completed"), closed(leaseId, 20)];
const told = (...facts: Parameters<typeof after>) => {
  const { job, leases } = after(...facts);
  return timeline({ ...job, terms: { ...job.terms, maxLeases: 4 } }, leases, () => []);
};
const statuses = (...facts: Parameters<typeof after>) => told(...facts).map(({ status }) => status);

test("the shards of a gang are those of its first transaction, and a lost one's lease is followed by one of the same shard", () => {
  const facts = [gang, started(first), started(second), ended(second, "node_lost"), assigned(thirdLease)];
  expect(after(...facts).leases.map(({ shard }) => shard)).toEqual([0, 1, 1]);
});

test("a failed job's next lease is the same shard, for a job in one part too", () => {
  const facts = [assigned(first), ended(first, "never_started"), assigned(second)];
  expect(after(...facts).leases.map(({ shard }) => shard)).toEqual([0, 0]);
});

test("a gang is proven when its last part is, not when the first one is: a buyer who waits for that gets all of the results", () => {
  const half = [gang, started(first), started(second), ...done(first)];
  expect(statuses(...half).at(-1)).toBe("running");
  const all = told(...half, ...done(second));
  expect(all.at(-1)).toMatchObject({
    status: "captured",
    detail: "2 of 2 parts are done. 40 s of use proven on chain.",
  });
});

test("a part that is lost is told and goes on elsewhere; the others run on", () => {
  const lost = [gang, started(first), started(second), ended(second, "node_lost")];
  expect(told(...lost).at(-1)).toMatchObject({ status: "running", detail: "Part 2 of 2: The node was lost." });
  const again = [...lost, assigned(thirdLease)];
  expect(told(...again).at(-1)?.detail).toBe("Part 2 of 2 is placed on another machine.");
  expect(statuses(...again, ...done(first)).at(-1)).toBe("running");
});

test("a gang of which nothing is left is back at the start", () => {
  const none = [gang, ended(first, "never_started"), ended(second, "never_started", 1050)];
  expect(statuses(...none)).toEqual(["funded", "placed", "placed", "funded"]);
  expect(statuses(...none, assigned(thirdLease), started(thirdLease, 1090)).slice(-2)).toEqual(["placed", "running"]);
});

test("a lost part gets its next lease at once, while the others run", () => {
  const facts = [gang, started(first), started(second), ended(second, "node_lost")];
  const { job, leases } = after(...facts);
  const more = { ...job, terms: { ...job.terms, maxLeases: 4 } };
  const rest = { shards: 2, accepted: false, now: 1100, maxSeconds: 100, startWindow: 600 };
  expect(nextStep({ job: more, leases, ...rest })).toEqual({ kind: "place", shards: [1] });
  // With no lease left to give, it waits for what the others do.
  expect(nextStep({ job, leases, ...rest })).toEqual({ kind: "wait_for_lease" });
});
