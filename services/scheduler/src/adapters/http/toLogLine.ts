import type { LogLine } from "@gristmill/shared/api/views";
import type { StoredLogLine } from "../../application/marketReads.ts";

/** A stored line without its place in the log. */
export function toLogLine({ leaseId, seq, stream, text, atMs }: StoredLogLine): LogLine {
  return { leaseId, seq, stream, text, atMs };
}
