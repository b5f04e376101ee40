import type { LeaseContext } from "./leasePorts.ts";
import type { MeterOptions } from "./meter.ts";

const ATTEMPT_MS = 10_000;

/** What metering needs of a lease. */
export function meterOptions({ ports, settings, journal }: LeaseContext): MeterOptions {
  const { chain, clock, link } = ports;
  return { journal, chain, clock, link, attemptMs: ATTEMPT_MS, graceMs: settings.notaryGraceMs };
}
