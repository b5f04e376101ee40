import type { LogLine } from "@gristmill/shared/api/views";

/** Most lines kept in the page; older ones fall off. */
export const keptLines = 20_000;

/** Adds lines that are new; a replayed stream repeats what is already here. */
export function mergeLogs(before: LogLine[], more: LogLine[]): LogLine[] {
  const last = new Map<string, number>();
  for (const line of before) last.set(line.leaseId, Math.max(last.get(line.leaseId) ?? -1, line.seq));
  const fresh = more.filter((line) => line.seq > (last.get(line.leaseId) ?? -1));
  return fresh.length === 0 ? before : [...before, ...fresh].slice(-keptLines);
}
