"use client";
import type { JobView } from "@gristmill/shared/api/views";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { duration } from "../../lib/duration.ts";
import { SimulatedBadge } from "../marketplace/SimulatedBadge.tsx";
import { Usd } from "../money/Usd.tsx";
import { useNow } from "../shell/nowContext.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";
import { meterOf } from "./meterOf.ts";

/** Seconds, burn rate, time left, and what of the cap is spent. */
export function Meter({ job }: { job: JobView }) {
  const reading = meterOf(job, useNow());
  if (!reading) {
    return (
      <p className="text-muted">
        The meter starts when your program starts. Finding a machine and getting the program there is free.
      </p>
    );
  }
  const { lease } = reading;
  const percent = reading.cap > 0n ? Number((reading.estimate * 1000n) / reading.cap) / 10 : 0;
  return (
    <div className="flex flex-col gap-3">
      <div>
        <div className="flex items-baseline justify-between gap-3">
          <span className="text-lg font-semibold">
            {reading.running && <span className="font-normal text-muted">about </span>}
            <Usd amount={reading.estimate} />
          </span>
          <span className="text-muted">
            of at most <Usd amount={reading.cap} />
          </span>
        </div>
        <meter className="sr-only" aria-label="Spent of the cap" min={0} max={100} value={Math.min(100, percent)}>
          {formatUsd(reading.estimate)} of {formatUsd(reading.cap)} USD
        </meter>
        <div aria-hidden className="mt-2 h-2 overflow-hidden rounded-full bg-line">
          <div
            className="h-full bg-grain transition-[width] duration-500"
            style={{ width: `${Math.min(100, percent)}%` }}
          />
        </div>
      </div>
      <Facts
        rows={[
          [
            reading.running ? "Runs for" : "Metered",
            `${duration(reading.ranSeconds)} of at most ${duration(reading.maxSeconds)}`,
          ],
          ...(reading.running
            ? [
                ["Countersigned by the notary", `${reading.meteredSeconds} s so far; only those are billed`] as [
                  string,
                  string,
                ],
              ]
            : []),
          [reading.running ? "Burns now" : "Price", <Usd key="price" amount={reading.pricePerSecond} per="s" />],
          [
            "Time left",
            reading.secondsLeft === undefined
              ? {
                  none: "not assigned",
                  assigned: "starts when the program starts",
                  started: "",
                  ended: "ended",
                  closed: "ended",
                }[lease.state]
              : duration(reading.secondsLeft),
          ],
          [
            "Machine",
            <span key="m" className="inline-flex flex-wrap items-center justify-end gap-2">
              {lease.assetName} {lease.simulatedGpu && <SimulatedBadge />}
            </span>,
          ],
          ["Contained by", lease.executor ?? "not known yet"],
          ["Lease", <Hash key="l" value={lease.leaseId} name="lease id" />],
          ...(lease.reason === "none" ? [] : [["Ended as", lease.reason.replaceAll("_", " ")] as [string, string]]),
        ]}
      />
      {job.leases.length > 1 && (
        <p className="text-muted">{job.leases.length} machines took part; all of it comes out of the same payment.</p>
      )}
    </div>
  );
}
