import { expect, test } from "vitest";
import { fixtureJob } from "../../../test/fixtureJob.ts";
import { timelineSteps } from "./timelineSteps.ts";

test("a buyer sees what is done, what happens now and what is ahead", () => {
  const states = timelineSteps(fixtureJob("running")).map((step) => step.state);
  expect(states).toEqual(["done", "done", "done", "now", "ahead", "ahead", "ahead"]);
});

test("a job that moved to another machine does not look as if it had already run", () => {
  const job = fixtureJob("running");
  const [first] = job.timeline;
  if (!first) throw new Error("the fixture has a timeline");
  const steps = timelineSteps({ status: "funded", timeline: [...job.timeline, { ...first, at: first.at + 99 }] });
  expect(steps.find((step) => step.status === "funded")).toMatchObject({ state: "now", at: first.at + 99 });
  expect(steps.find((step) => step.status === "running")?.at).toBeUndefined();
});

test("a refunded job ends with the refund", () => {
  const job = fixtureJob("placed");
  const steps = timelineSteps({ ...job, status: "refunded" });
  expect(steps.at(-1)).toMatchObject({ title: "Refunded", state: "done" });
  expect(steps.map((step) => step.status)).not.toContain("proving");
});
