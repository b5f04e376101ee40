import type { JobStatus } from "@gristmill/shared/job/jobStatus";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { fixtureJob } from "../../../test/fixtureJob.ts";
import { renderInMarket } from "../../../test/renderInMarket.tsx";
import { MoneyPanel } from "./MoneyPanel.tsx";

const shown = (testId: string): bigint => BigInt(screen.queryByTestId(testId)?.dataset.atomic ?? "0");

test.each<JobStatus>(["funded", "running", "captured", "settled"])(
  "a buyer's money adds up to the last atomic unit while the job is %s",
  (status) => {
    const job = fixtureJob(status);
    renderInMarket(<MoneyPanel job={job} />);
    const parts = ["money-paid", "money-booked", "money-fees", "money-refunded", "money-held"].map(shown);
    expect(parts.reduce((sum, each) => sum + each, 0n)).toBe(shown("money-deposited"));
    expect(shown("money-deposited")).toBe(job.money.deposited);
    expect(shown("money-refunded")).toBe(job.money.refunded);
  },
);

test("a buyer sees every transaction with its verb and gas", () => {
  const job = fixtureJob("settled");
  renderInMarket(<MoneyPanel job={job} />);
  for (const transaction of job.transactions) {
    expect(screen.getByRole("rowheader", { name: transaction.verb })).toBeTruthy();
    expect(screen.getByText(Number(transaction.gasUsed).toLocaleString("en"))).toBeTruthy();
  }
});
