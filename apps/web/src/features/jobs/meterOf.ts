import type { JobView, LeaseView } from "@gristmill/shared/api/views";
import { feeOf } from "@gristmill/shared/units/amount";

export interface MeterReading {
  lease: LeaseView;
  running: boolean;
  /** Seconds the notary countersigned. */
  meteredSeconds: number;
  /** Seconds since the program started, by the clock; the countersigned ones when it does not run. */
  ranSeconds: number;
  maxSeconds: number;
  /** Seconds until the lease must end; undefined when it does not run. */
  secondsLeft: number | undefined;
  pricePerSecond: bigint;
  /** What the countersigned seconds of all leases cost so far, fee included, atomic units. */
  spent: bigint;
  /** The same with the seconds that wait for the next countersignature: what the meter shows while it runs. */
  estimate: bigint;
  cap: bigint;
}

/** The meter of a job's newest lease; undefined before there is one. @param now unix seconds of the chain */
export function meterOf(job: JobView, now: number): MeterReading | undefined {
  const lease = job.leases.at(-1);
  if (!lease) return undefined;
  const running = lease.state === "started";
  const compute = job.leases.reduce(
    (sum, each) => sum + each.pricePerSecond * BigInt(Math.max(each.meteredSeconds, each.billedSeconds)),
    0n,
  );
  const meteredSeconds = Math.max(lease.meteredSeconds, lease.billedSeconds);
  const byTheClock = running && lease.startedAt !== null ? Math.min(now - lease.startedAt, lease.maxSeconds) : 0;
  const ranSeconds = Math.max(meteredSeconds, byTheClock);
  const waiting = lease.pricePerSecond * BigInt(ranSeconds - meteredSeconds);
  return {
    lease,
    running,
    meteredSeconds,
    ranSeconds,
    maxSeconds: lease.maxSeconds,
    secondsLeft: running ? Math.max(0, lease.endsAt - now) : undefined,
    pricePerSecond: lease.pricePerSecond,
    spent: compute + feeOf(compute, job.terms.feeBps),
    estimate: compute + waiting + feeOf(compute + waiting, job.terms.feeBps),
    cap: job.terms.cap,
  };
}
