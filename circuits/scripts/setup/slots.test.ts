import { expect, test } from "vitest";
import { createSlots, slotCount } from "./slots.ts";

test("no more steps run at once than there are slots, or a small machine runs out of memory; a failed one frees its slot", async () => {
  const inSlot = createSlots(2);
  let running = 0;
  let most = 0;
  const task = async (index: number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    if (index === 1) throw new Error("one fails");
    return index;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => inSlot(() => task(index))));
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"]);
  expect(most).toBe(2);
});

test("a machine always has one slot", () => expect(slotCount()).toBeGreaterThanOrEqual(1));
