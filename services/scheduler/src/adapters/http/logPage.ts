import type { Page, PageQuery } from "@gristmill/shared/api/page";
import type { LogLine } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { MarketReads } from "../../application/marketReads.ts";
import { decodeCursor, encodeCursor } from "../../domain/page/cursor.ts";
import { BEFORE_ALL } from "./jobEvents.ts";
import { orBadCursor } from "./takePage.ts";
import { toLogLine } from "./toLogLine.ts";

/** A page of a job's log, oldest line first. @throws BaseError `invalid_request` for a cursor of another log */
export async function logPage(jobId: JobId, { limit, cursor }: PageQuery, reads: MarketReads): Promise<Page<LogLine>> {
  const list = `logs ${jobId}`;
  const [after] = cursor === undefined ? [BEFORE_ALL] : orBadCursor(decodeCursor(list, cursor));
  // One more than shown says whether there is another page.
  const lines = await reads.logs(jobId, Number(after), limit + 1);
  const shown = lines.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toLogLine),
    next: last === undefined || lines.length <= limit ? null : encodeCursor(list, [String(last.id)]),
  };
}
