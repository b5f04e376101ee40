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
  /** Of all leases that run now, else of the newest. */
  pricePerSecond: bigint;
  /** What the countersigned seconds of all leases cost so far, fee included, atomic units. */
  spent: bigint;
  /** The same with the seconds that wait for the next countersignature: what the meter shows while it runs. */
  estimate: bigint;
  cap: bigint;
}

/** The meter of a job: all that its leases cost, and the time of the newest that runs. Undefined before there is one. @param now unix seconds of the chain */
export function meterOf(job: JobView, now: number): MeterReading | undefined {
  const lease = job.leases.findLast(({ state }) => state === "started") ?? job.leases.at(-1);
  if (!lease) return undefined;
  const running = lease.state === "started";
  const compute = job.leases.reduce(
    (sum, each) => sum + each.pricePerSecond * BigInt(Math.max(each.meteredSeconds, each.billedSeconds)),
    0n,
  );
  const meteredSeconds = Math.max(lease.meteredSeconds, lease.billedSeconds);
  const ranSeconds = meteredSeconds + (running ? uncounted(lease, now) : 0);
  const live = job.leases.filter(({ state }) => state === "started");
  const waiting = live.reduce((sum, each) => sum + each.pricePerSecond * BigInt(uncounted(each, now)), 0n);
  return {
    lease,
    running,
    meteredSeconds,
    ranSeconds,
    maxSeconds: lease.maxSeconds,
    secondsLeft: running ? Math.max(0, lease.endsAt - now) : undefined,
    pricePerSecond: live.reduce((sum, each) => sum + each.pricePerSecond, 0n) || lease.pricePerSecond,
    spent: compute + feeOf(compute, job.terms.feeBps),
    estimate: compute + waiting + feeOf(compute + waiting, job.terms.feeBps),
    cap: job.terms.cap,
  };
}

/** Seconds that a lease ran by the clock and that nobody countersigned yet. */
function uncounted({ startedAt, maxSeconds, meteredSeconds, billedSeconds }: LeaseView, now: number): number {
  const byTheClock = startedAt === null ? 0 : Math.min(now - startedAt, maxSeconds);
  return Math.max(0, byTheClock - Math.max(meteredSeconds, billedSeconds));
}
