import type { Order } from "@gristmill/shared/api/quote";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Hex } from "viem";
import type { MarketCommands } from "../../application/marketCommands.ts";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

export interface BackgroundFunding {
  /** Keeps asking until the vault is in the escrow. A second call for the same job changes nothing. */
  start(jobId: JobId, order: Order, txHash: Hex | undefined): void;
  stop(): void;
}

/** Money that waits in a vault is not given up while the escrow may take it; after a restart its kept order finds it. */
export function fundInBackground(
  commands: MarketCommands,
  onFailure: (jobId: JobId, error: unknown) => void,
): BackgroundFunding {
  const timers = new Map<JobId, NodeJS.Timeout>();
  let stopped = false;

  const schedule = (jobId: JobId, order: Order, txHash: Hex | undefined, delayMs: number) => {
    if (stopped) return;
    const attempt = async () => {
      try {
        await commands.fundFromVault(order, { txHash });
        timers.delete(jobId);
      } catch (error) {
        onFailure(jobId, error);
        // The escrow will not take it (its time is over): the vault then pays `refundTo`, whoever asks.
        if (error instanceof BaseError && !error.retryable) return;
        schedule(jobId, order, txHash, Math.min(delayMs * 2, LONGEST_RETRY_MS));
      }
    };
    timers.set(jobId, setTimeout(() => void attempt(), delayMs).unref());
  };

  return {
    start(jobId, order, txHash) {
      if (!timers.has(jobId)) schedule(jobId, order, txHash, FIRST_RETRY_MS);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
