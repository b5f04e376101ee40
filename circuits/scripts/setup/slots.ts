import { availableParallelism } from "node:os";

/** A compilation or a setup of the largest circuits stays below this. */
const BYTES_PER_STEP = 2 * 1024 ** 3;

/** How many build steps run side by side on this machine. */
export function slotCount(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(process.availableMemory() / BYTES_PER_STEP)));
}

/** Runs tasks in the order given, at most `count` at once. */
export function createSlots(count: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
