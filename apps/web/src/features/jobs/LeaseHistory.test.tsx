import type { Sha256 } from "@gristmill/shared/ids/ids";
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { fixtureJob } from "../../../test/fixtureJob.ts";
import { renderInMarket } from "../../../test/renderInMarket.tsx";
import { LeaseHistory } from "./LeaseHistory.tsx";

const job = fixtureJob("captured");
const [lease] = job.leases;
if (!lease) throw new Error("the fixture has a lease");
const another = { ...lease, leaseId: `0x${"f1".repeat(32)}` as typeof lease.leaseId };

test("a buyer whose job failed over sees which machine failed, whose doing it was, and that it was paid nothing", () => {
  const lost = { ...another, assetName: "south", charged: 0n, billedSeconds: 0 };
  const leases = [{ ...lost, reason: "node_lost" as const, endedBy: "provider" as const }, lease];
  renderInMarket(<LeaseHistory job={{ ...job, leases }} />);
  const [, first, second] = screen.getAllByRole("row");
  expect(first?.textContent).toMatch(/south.*The machine was lost\..*Not your doing.*0 USD/);
  expect(second?.textContent).toMatch(/north.*The program ended\./);
  expect(within(second as HTMLElement).queryByText(/Not your doing/)).toBeNull();
});

test("a job in several parts names the part of each machine", () => {
  const leases = [lease, { ...another, shard: 1 }];
  renderInMarket(<LeaseHistory job={{ ...job, shards: 2, leases }} />);
  expect(screen.getByRole("columnheader", { name: "Part" })).toBeTruthy();
  expect(screen.getAllByRole("cell", { name: "2" })).toHaveLength(1);
});

test("a proven answer is told at its fixed price, not as time", () => {
  const answer = { modelId: lease.leaseId, inputCommitment: "1", class: 7, amount: 90_000n, txHash: lease.leaseId };
  renderInMarket(<LeaseHistory job={{ ...job, leases: [{ ...lease, answer, billedSeconds: 300 }] }} />);
  expect(screen.getByText("fixed price, proven")).toBeTruthy();
  expect(screen.queryByText(/5 min/)).toBeNull();
});

test("while a program saves its state, its buyer sees that another machine would go on from it", () => {
  const saved = {
    shard: 0,
    leaseId: lease.leaseId,
    sha256: "a".repeat(64) as Sha256,
    bytes: 2048,
    savedAt: job.createdAt,
  };
  const running = { ...lease, reason: "none" as const, state: "started" as const };
  const { unmount } = renderInMarket(<LeaseHistory job={{ ...job, leases: [running], checkpoints: [saved] }} />);
  expect(screen.getByText(/saved its state/).textContent).toMatch(/2.*KiB.*another machine would go on from there/);
  unmount();
  renderInMarket(<LeaseHistory job={{ ...job, checkpoints: [saved] }} />);
  expect(screen.queryByText(/saved its state/)).toBeNull();
});
