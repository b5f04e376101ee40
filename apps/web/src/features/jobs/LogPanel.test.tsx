import { type LogLine, logLineSchema } from "@gristmill/shared/api/views";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { LogPanel } from "./LogPanel.tsx";
import { mergeLogs } from "./mergeLogs.ts";

const line = (seq: number, text: string): LogLine =>
  logLineSchema.parse({ leaseId: `0x${"2".repeat(64)}`, seq, stream: "stdout", text, atMs: 1_780_000_000_000 });

test("a program's output never becomes part of the page", () => {
  render(<LogPanel logs={[line(0, "<script>alert(1)</script><b>bold</b>")]} ended={false} />);
  const logs = screen.getByTestId("job-logs");
  expect(logs.querySelector("script, b")).toBeNull();
  expect(logs.textContent).toContain("<script>alert(1)</script><b>bold</b>");
});

test("a reader finds a line by a word", () => {
  render(<LogPanel logs={[line(0, "reading rows"), line(1, "bootstrap: 2000 resamples")]} ended={false} />);
  fireEvent.change(screen.getByLabelText("Search the logs"), { target: { value: "RESAMPLES" } });
  expect(screen.getByTestId("job-logs").textContent).toContain("resamples");
  expect(screen.getByTestId("job-logs").textContent).not.toContain("reading rows");
});

test("a line is shown once when the stream replays after a lost connection", () => {
  const before = mergeLogs([], [line(0, "a"), line(1, "b")]);
  expect(mergeLogs(before, [line(0, "a"), line(1, "b"), line(2, "c")]).map((each) => each.text)).toEqual([
    "a",
    "b",
    "c",
  ]);
});
