import { expect, test } from "vitest";
import { leaseStep } from "./leaseStep.ts";
import { after, assigned, ended, leaseIds, started } from "./lifecycleFixture.ts";

const [first] = leaseIds;
const only = (...facts: Parameters<typeof after>) => {
  const lease = after(...facts).leases[0];
  if (lease === undefined) throw new Error("no lease");
  return lease;
};

test("a node that never starts loses the lease when its window closes, not before", () => {
  const lease = only(assigned(first));
  expect(leaseStep(lease, false, 1610, 600)).toEqual({ kind: "wait", until: 1611 });
  expect(leaseStep(lease, false, 1611, 600)).toEqual({ kind: "end", reason: "never_started" });
  expect(leaseStep(lease, true, 1010, 600)).toEqual({ kind: "end", reason: "never_started" });
});

test("a lost node's lease ends so that the rest of the payment is free for the next", () => {
  const lease = only(assigned(first), started(first));
  expect(leaseStep(lease, false, 1100, 600)).toEqual({ kind: "wait", until: 1120 });
  expect(leaseStep(lease, true, 1100, 600)).toEqual({ kind: "end", reason: "node_lost" });
});

test("a node that served its time is not blamed for leaving afterwards", () => {
  const lease = only(assigned(first), started(first));
  expect(leaseStep(lease, true, 1120, 600)).toEqual({ kind: "end", reason: "expired" });
});

test("an ended lease is left alone", () => {
  expect(leaseStep(only(assigned(first), started(first), ended(first, "failed")), true, 5000, 600)).toEqual({
    kind: "done",
  });
});

test("an answer is waited for until its lease's time is over, and then everything goes back", () => {
  const lease = only(assigned(first), started(first));
  expect(leaseStep(lease, true, 1120, 600, true)).toEqual({ kind: "wait", until: 1121 });
  expect(leaseStep(lease, false, 1121, 600, true)).toEqual({ kind: "refund" });
  const failed = only(assigned(first), started(first), ended(first, "failed"));
  expect(leaseStep(failed, false, 1050, 600, true)).toEqual({ kind: "refund" });
});
