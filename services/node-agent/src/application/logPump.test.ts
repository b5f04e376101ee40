import { leaseIdSchema } from "@gristmill/shared/ids/ids";
import { expect, test } from "vitest";
import { systemClock } from "../adapters/systemClock.ts";
import { createLogPump } from "./logPump.ts";
import type { SchedulerLink } from "./ports.ts";

const leaseId = leaseIdSchema.parse(`0x${"1".repeat(64)}`);
type Line = Parameters<SchedulerLink["log"]>[0]["lines"][number];

function pumpWith(maxChars: number, startSeq = 0) {
  const lines: Line[] = [];
  let away = false;
  const pump = createLogPump({
    ...{ leaseId, startSeq, maxChars, clock: { ...systemClock, sleep: () => systemClock.sleep(1) } },
    link: {
      log: async (message) => {
        if (!away) lines.push(...message.lines);
        return !away;
      },
    },
    onPosition: () => undefined,
  });
  return {
    pump,
    lines,
    setAway: (value: boolean) => {
      away = value;
    },
  };
}

test("no line is lost or told twice while the scheduler is away", async () => {
  const { pump, lines, setAway } = pumpWith(1_000_000, 7);
  setAway(true);
  for (let index = 0; index < 500; index++) await pump.line("stdout", `line ${index}`);
  setAway(false);
  await pump.close(10_000);
  expect(lines.map(({ seq, text }) => [seq, text])).toEqual(
    Array.from({ length: 500 }, (_, index) => [7 + index, `line ${index}`]),
  );
});

test("a flood is cut once, and says so", async () => {
  const { pump, lines } = pumpWith(100);
  for (let index = 0; index < 50; index++) await pump.line("stdout", "0123456789");
  await pump.close(10_000);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toMatchObject({ stream: "agent", text: expect.stringContaining("log cut here") });
});

test("one endless line does not break the message", async () => {
  const { pump, lines } = pumpWith(1_000_000);
  await pump.line("stderr", "x".repeat(100_000));
  await pump.close(10_000);
  expect(lines[0]?.text.length).toBeLessThanOrEqual(8192);
});
