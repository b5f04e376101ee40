import type { JobView, LogLine } from "@gristmill/shared/api/views";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { fixtureJob } from "../../../test/fixtureJob.ts";
import { renderInMarket } from "../../../test/renderInMarket.tsx";
import { RunFailure } from "./RunFailure.tsx";

function failedJob(): JobView {
  const job = fixtureJob("captured");
  return {
    ...job,
    outputs: job.outputs.map((output) => ({ ...output, manifest: { ...output.manifest, exitCode: 143 } })),
  };
}

test("a buyer whose program was stopped is told so, with the reason, the cost and the next step", () => {
  const job = failedJob();
  const leaseId = job.leases.at(-1)?.leaseId;
  if (!leaseId) throw new Error("the fixture has a lease");
  const line: LogLine = {
    leaseId,
    seq: 9,
    atMs: 0,
    stream: "agent",
    text: "stopped: the owner of the machine stopped it",
  };
  renderInMarket(<RunFailure job={job} logs={[line]} />);
  const words = screen.getByRole("alert").textContent;
  expect(words).toContain("exit code 143");
  expect(words).toContain("the owner of the machine stopped it");
  expect(words).toContain("You pay for the 38 s it ran");
  expect(words).toContain("run the job anew");
});

test("a buyer whose program failed reads what it complained of", () => {
  const job = failedJob();
  const leaseId = job.leases.at(-1)?.leaseId;
  if (!leaseId) throw new Error("the fixture has a lease");
  const line = (seq: number, stream: LogLine["stream"], text: string): LogLine => ({
    leaseId,
    seq,
    atMs: 0,
    stream,
    text,
  });
  const logs = [line(1, "stderr", "line 3 has 2 cells"), line(2, "agent", "the workload ended with exit code 1")];
  renderInMarket(<RunFailure job={job} logs={logs} />);
  expect(screen.getByRole("alert").textContent).toContain("line 3 has 2 cells");
});

test("a program that ended well is not called failed", () => {
  renderInMarket(<RunFailure job={fixtureJob("captured")} logs={[]} />);
  expect(screen.queryByRole("alert")).toBeNull();
});
