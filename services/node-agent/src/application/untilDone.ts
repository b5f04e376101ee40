import { BaseError } from "@gristmill/shared/errors/baseError";
import type { LeaseControl } from "./leaseControl.ts";
import type { Clock, Reporter } from "./ports.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Repeats what may succeed later (chain or scheduler away, no gas yet), waiting longer each time; says so.
 * @throws what cannot be helped by waiting, and anything once a stop is asked for through `control`
 */
export async function untilDone<T>(
  { clock, report }: { clock: Clock; report: Reporter },
  what: string,
  action: () => Promise<T>,
  control?: LeaseControl,
): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      return await action();
    } catch (error) {
      const retryable = error instanceof BaseError && error.retryable;
      if (!retryable || control?.desired === "stop") throw error;
      report.warn(what, `${error.message}; trying again in ${waitMs / 1000} s`);
      const asked = control?.stopped ?? new Promise<void>(() => undefined);
      await Promise.race([clock.sleep(waitMs), asked]);
    }
  }
}
