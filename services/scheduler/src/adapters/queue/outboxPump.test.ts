import { expect, test } from "vitest";
import { createOutboxPump } from "./outboxPump.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test("a scheduler that stops ends what it hands over first, and hands over nothing more: else its stop hangs", async () => {
  let moves = 0;
  let finish = () => {};
  const outbox = {
    move: async () => {
      moves++;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return 0;
    },
  };
  const pump = createOutboxPump(outbox, { add: async () => undefined }, silent);
  const moving = pump.pump();
  let ended = false;
  const stopping = pump.stop().then(() => {
    ended = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  finish();
  await Promise.all([moving, stopping]);
  await pump.pump();
  expect(moves).toBe(1);
});
