import type { PublicClient } from "viem";

export interface ChainClock {
  /** Unix seconds that a block mined now would carry. */
  now(): number;
  /** Compares the chain's time with the machine's anew. */
  observe(newestBlockTime: number): Promise<void>;
}

const SAME_CLOCK_SECONDS = 30;
/** A development chain's time may be moved without a block. */
const ASK_EVERY_MS = 2000;

/**
 * The chain's time between blocks. A development chain mines only when something happens and may have been moved ahead, so
 * the newest block says little; the pending one says what time it is. Public chains keep wall-clock time.
 *
 * @param onMoved called when somebody moved the chain's time: deadlines may have passed at once
 */
export function createChainClock(
  publicClient: PublicClient,
  nowMs: () => number,
  onMoved: () => void = () => undefined,
): ChainClock {
  let offsetSeconds = 0;
  let floor = 0;
  let askedMs = Number.NEGATIVE_INFINITY;
  return {
    now: () => Math.max(floor, Math.floor(nowMs() / 1000) + offsetSeconds),
    async observe(newestBlockTime) {
      if (newestBlockTime === floor && nowMs() - askedMs < ASK_EVERY_MS) return;
      floor = newestBlockTime;
      askedMs = nowMs();
      const wall = Math.floor(nowMs() / 1000);
      // A node without a pending block answers with an error or with the newest one.
      const pending = await publicClient.getBlock({ blockTag: "pending" }).catch(() => undefined);
      const ahead = Number(pending?.timestamp ?? newestBlockTime) - wall;
      // Small differences are the moment of asking and the slot's length, not another clock.
      const before = offsetSeconds;
      offsetSeconds = Math.abs(ahead) > SAME_CLOCK_SECONDS ? ahead : 0;
      if (Math.abs(offsetSeconds - before) > SAME_CLOCK_SECONDS) onMoved();
    },
  };
}
