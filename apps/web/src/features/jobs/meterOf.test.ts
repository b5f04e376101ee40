import { expect, test } from "vitest";
import { fixtureJob } from "../../../test/fixtureJob.ts";
import { meterOf } from "./meterOf.ts";

const job = fixtureJob("running");
const [lease] = job.leases;
if (!lease) throw new Error("the fixture has a lease");
const running = {
  ...job,
  leases: [{ ...lease, startedAt: 1_000, meteredSeconds: 0, billedSeconds: 0, maxSeconds: 60 }],
};

test("a buyer sees the meter move before the notary's first countersignature", () => {
  const reading = meterOf(running, 1_010);
  expect(reading).toMatchObject({ meteredSeconds: 0, ranSeconds: 10, spent: 0n });
  expect(reading?.estimate).toBeGreaterThanOrEqual(lease.pricePerSecond * 10n);
});

test("the meter never shows more than the lease can cost", () => {
  expect(meterOf(running, 9_000)?.ranSeconds).toBe(60);
  expect(meterOf(running, 500)?.ranSeconds).toBe(0);
});

test("an ended lease shows what was countersigned and no guess", () => {
  const ended = {
    ...running,
    leases: running.leases.map((each) => ({ ...each, state: "closed" as const, meteredSeconds: 7 })),
  };
  const reading = meterOf(ended, 9_000);
  expect(reading).toMatchObject({ ranSeconds: 7, meteredSeconds: 7 });
  expect(reading?.estimate).toBe(reading?.spent);
});

test("a job in two parts burns the price of both, and a part that has ended no more", () => {
  const two = running.leases.flatMap((each) => [each, { ...each, shard: 1 }]);
  const both = meterOf({ ...running, leases: two }, 1_010);
  expect(both?.pricePerSecond).toBe(2n * lease.pricePerSecond);
  expect(both?.estimate).toBeGreaterThanOrEqual(lease.pricePerSecond * 20n);
  const [first, second] = two;
  if (!first || !second) throw new Error("two leases");
  const half = { ...running, leases: [first, { ...second, state: "closed" as const, meteredSeconds: 7 }] };
  expect(meterOf(half, 1_010)).toMatchObject({ running: true, ranSeconds: 10, pricePerSecond: lease.pricePerSecond });
});
