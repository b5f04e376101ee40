import { randomBytes } from "node:crypto";
import type { Hex } from "viem";
import type { Clock } from "../application/ports.ts";

/** The machine's own time and randomness. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        signal?.removeEventListener("abort", done);
        clearTimeout(timer);
        resolve();
      }
      signal?.addEventListener("abort", done, { once: true });
    }),
  randomHex: (bytes) => `0x${randomBytes(bytes).toString("hex")}` as Hex,
};
