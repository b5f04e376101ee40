import type { Desired } from "../domain/nextStep.ts";

/** What others want of a lease: a stop is asked for once and never taken back. */
export interface LeaseControl {
  readonly desired: Desired;
  /** Why it stops; empty while it runs. */
  readonly reason: string;
  /** Resolves when a stop is asked for. */
  readonly stopped: Promise<void>;
  stop(reason: string): void;
}

export function createLeaseControl(): LeaseControl {
  let reason = "";
  let resolve: () => void = () => undefined;
  const stopped = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    get desired(): Desired {
      return reason === "" ? "run" : "stop";
    },
    get reason() {
      return reason;
    },
    stopped,
    stop(why) {
      if (reason !== "") return;
      reason = why;
      resolve();
    },
  };
}
