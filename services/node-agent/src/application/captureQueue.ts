import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Hex } from "viem";
import type { Capture, MarketChain, Reporter } from "./ports.ts";

/** Captures that one transaction holds at most: about three million gas. */
const MOST = 32;

/** Sends captures: a single one by itself, those that wait together in one transaction. */
export interface CaptureQueue {
  /**
   * Resolves with the hash of the transaction that captured this receipt. Receipts of one lease go in the order in which they
   * came; once one of them fails, those that wait behind it fail with it, as the chain takes them in order only.
   */
  capture(capture: Capture): Promise<Hex>;
}

interface Waiting {
  capture: Capture;
  resolve: (txHash: Hex) => void;
  reject: (error: unknown) => void;
}

/** A queue in memory: what is to be captured stands in the leases' journals. */
export function createCaptureQueue({
  chain,
  report,
}: {
  chain: Pick<MarketChain, "capture" | "captureBatch">;
  report: Reporter;
}): CaptureQueue {
  let waiting: Waiting[] = [];
  let sending = false;

  const sendSingly = async (batch: readonly Waiting[]) => {
    const failed = new Map<Hex, unknown>();
    for (const { capture, resolve, reject } of batch) {
      const { leaseId } = capture.receipt;
      if (failed.has(leaseId)) {
        reject(failed.get(leaseId));
        continue;
      }
      await chain.capture(capture).then(resolve, (error: unknown) => {
        failed.set(leaseId, error);
        reject(error);
      });
    }
    const behind = waiting.filter(({ capture }) => failed.has(capture.receipt.leaseId));
    waiting = waiting.filter((entry) => !behind.includes(entry));
    for (const { capture, reject } of behind) reject(failed.get(capture.receipt.leaseId));
  };

  const sendTogether = async (batch: readonly Waiting[]) => {
    const hashes = await chain.captureBatch(batch.map(({ capture }) => capture));
    for (const [index, { resolve, reject }] of batch.entries()) {
      const hash = hashes[index];
      if (hash === undefined) reject(new BaseError("chain_unavailable", "a capture of the batch is not found yet"));
      else resolve(hash);
    }
  };

  const sendAll = async () => {
    sending = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      if (batch.length === 1) {
        await sendSingly(batch);
        continue;
      }
      try {
        await sendTogether(batch);
      } catch (error) {
        // One bad receipt reverts a batch: alone, each of the others is captured. Where the chain is away, each finds that out.
        report.warn(
          "capturing",
          `${batch.length} receipts one by one: ${error instanceof Error ? error.message : error}`,
        );
        await sendSingly(batch);
      }
    }
    sending = false;
  };

  return {
    capture: (capture) =>
      new Promise<Hex>((resolve, reject) => {
        waiting.push({ capture, resolve, reject });
        // Not at once: what comes in the same turn goes together.
        if (!sending) {
          sending = true;
          queueMicrotask(() => void sendAll());
        }
      }),
  };
}
