import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { Clock, LogStream, SchedulerLink } from "./ports.ts";

const LINE_CHARS = 8192;
const BATCH_LINES = 200;
const BATCH_CHARS = 256 * 1024;
const FLUSH_MS = 200;
/** Lines held while the scheduler is away; then the workload's output waits (back-pressure). */
const HELD_LINES = 2000;

type Line = { seq: number; stream: LogStream | "agent"; text: string; atMs: number };

/** Carries one lease's lines to the scheduler: batched, in order, cut where they are too long or too many. */
export interface LogPump {
  /** Resolves when there is room for the next line. */
  line(stream: LogStream, text: string): Promise<void>;
  /** A line of the agent itself: never cut off. */
  agent(text: string): void;
  /** Sends what is left; gives up after `waitMs`. */
  close(waitMs: number): Promise<void>;
}

export interface LogPosition {
  nextSeq: number;
  lastLineAtMs: number;
}

/**
 * @param maxChars what a workload may write in all before the rest is dropped
 * @param onPosition called after each batch with where a restarted agent goes on
 */
export function createLogPump(options: {
  leaseId: LeaseId;
  link: Pick<SchedulerLink, "log">;
  clock: Clock;
  startSeq: number;
  maxChars: number;
  onPosition: (position: LogPosition) => void;
}): LogPump {
  const { leaseId, link, clock, maxChars } = options;
  const held: Line[] = [];
  const waiting: (() => void)[] = [];
  let seq = options.startSeq;
  let taken = 0;
  let cut = false;
  let closed = false;

  const push = (stream: Line["stream"], text: string) => {
    held.push({ seq: seq++, stream, text, atMs: clock.nowMs() });
  };

  const flush = async (): Promise<boolean> => {
    const batch: Line[] = [];
    let chars = 0;
    for (const line of held) {
      if (batch.length >= BATCH_LINES || (chars + line.text.length > BATCH_CHARS && batch.length > 0)) break;
      batch.push(line);
      chars += line.text.length;
    }
    if (batch.length === 0) return true;
    if (!(await link.log({ leaseId, lines: batch }))) return false;
    held.splice(0, batch.length);
    options.onPosition({ nextSeq: (batch.at(-1)?.seq ?? 0) + 1, lastLineAtMs: batch.at(-1)?.atMs ?? 0 });
    for (const resume of waiting.splice(0)) resume();
    return true;
  };

  const run = async () => {
    while (!closed) {
      const sent = await flush().catch(() => false);
      if (!sent || held.length < BATCH_LINES) await clock.sleep(FLUSH_MS);
    }
  };
  const running = run();

  return {
    async line(stream, text) {
      if (cut) return;
      taken += text.length + 1;
      if (taken > maxChars) {
        cut = true;
        push("agent", `log cut here: the workload wrote more than ${maxChars} characters`);
        return;
      }
      push(stream, text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS - 14)} … [line cut]` : text);
      while (held.length > HELD_LINES && !closed) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    agent: (text) => push("agent", text.slice(0, LINE_CHARS)),
    async close(waitMs) {
      const until = clock.monotonicMs() + waitMs;
      closed = true;
      for (const resume of waiting.splice(0)) resume();
      await running;
      while (held.length > 0 && clock.monotonicMs() < until) {
        if (!(await flush().catch(() => false))) await clock.sleep(FLUSH_MS);
      }
    },
  };
}
