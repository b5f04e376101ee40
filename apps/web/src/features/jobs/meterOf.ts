import type { JobView, LeaseView } from "@gristmill/shared/api/views";
import { feeOf } from "@gristmill/shared/units/amount";

export interface MeterReading {
  lease: LeaseView;
  running: boolean;
  /** Seconds the notary countersigned. */
  meteredSeconds: number;
  maxSeconds: number;
  /** Seconds until the lease must end; undefined when it does not run. */
  secondsLeft: number | undefined;
  pricePerSecond: bigint;
  /** What the metered seconds of all leases cost so far, fee included, atomic units. */
  spent: bigint;
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
  return {
    lease,
    running,
    meteredSeconds: Math.max(lease.meteredSeconds, lease.billedSeconds),
    maxSeconds: lease.maxSeconds,
    secondsLeft: running ? Math.max(0, lease.endsAt - now) : undefined,
    pricePerSecond: lease.pricePerSecond,
    spent: compute + feeOf(compute, job.terms.feeBps),
    cap: job.terms.cap,
  };
}
