import type { JobId } from "@gristmill/shared/ids/ids";
import { toWire } from "@gristmill/shared/units/toWire";
import type { MarketReads } from "../../application/marketReads.ts";
import { toLogLine } from "./toLogLine.ts";

/** Reason to end a stream whose client should come back. */
export const STREAM_MOVES = "the service restarts";
const RETRY_MS = 2000;
/** Before the first line of a log, whose id may be 0. */
export const BEFORE_ALL = -1;

const LINES_AT_ONCE = 1000;

export interface JobEventsOptions {
  reads: MarketReads;
  jobId: JobId;
  /** Resume after this log line; undefined: from the beginning. */
  afterLogId: number | undefined;
  heartbeatMs: number;
  /** Ends the stream. */
  signal: AbortSignal;
}

/** A job's life as Server-Sent Events: the job whenever it changed, its log lines once each, comments in between. */
export async function* jobEvents(options: JobEventsOptions): AsyncGenerator<string, void, undefined> {
  const { reads, jobId, heartbeatMs, signal } = options;
  let wake = () => {};
  let changed = true;
  const unsubscribe = reads.onJobChange(jobId, () => {
    changed = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  let lastLogId = options.afterLogId ?? BEFORE_ALL;
  let lastJob = "";
  try {
    while (!signal.aborted) {
      if (changed) {
        // Cleared before reading: a change during the read is not lost.
        changed = false;
        const job = JSON.stringify(toWire(await reads.job(jobId)));
        if (job !== lastJob) yield event("job", job);
        lastJob = job;
        for (;;) {
          const lines = await reads.logs(jobId, lastLogId, LINES_AT_ONCE);
          const last = lines.at(-1);
          if (!last || signal.aborted) break;
          lastLogId = last.id;
          yield event("log", JSON.stringify(lines.map(toLogLine)), lastLogId);
        }
        continue;
      }
      const timedOut = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), heartbeatMs);
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
      });
      if (timedOut) yield ": still here\n\n";
    }
    if (signal.reason === STREAM_MOVES) yield `: the service restarts\nretry: ${RETRY_MS}\n\n`;
  } finally {
    signal.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}

function event(name: string, data: string, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`;
}
