import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { toWire } from "@gristmill/shared/units/toWire";
import type { LeaseJournal } from "../../application/ports.ts";
import { type JournalEntry, journalEntrySchema } from "../../domain/journalEntry.ts";
import { applyEntry, type LeaseRecord } from "../../domain/leaseRecord.ts";

/** Opens or begins the journal of one lease: a JSON line an entry, synced to disk before `append` returns. */
export interface OpenJournal extends LeaseJournal {
  close(): void;
}

/**
 * Reads what is there and goes on after it. A last line that a crash cut short was never relied on and is cut off; damage
 * anywhere else stops the lease.
 * @throws Error for a damaged journal, naming the line
 */
export function openLeaseJournal(file: string, first?: Extract<JournalEntry, { type: "accepted" }>): OpenJournal {
  const isNew = !existsSync(file);
  if (isNew) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const text = isNew ? "" : readFileSync(file, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  let record: LeaseRecord | undefined;
  for (const [index, line] of whole.split("\n").entries()) {
    if (line === "") continue;
    try {
      record = applyEntry(record, journalEntrySchema.parse(JSON.parse(line)));
    } catch (cause) {
      throw new Error(`line ${index + 1} of ${file} is damaged`, { cause });
    }
  }
  const descriptor = openSync(file, "a", 0o600);
  if (whole.length < text.length) ftruncateSync(descriptor, Buffer.byteLength(whole));
  if (isNew) syncFolder(dirname(file));

  const append = (entry: JournalEntry) => {
    const next = applyEntry(record, entry);
    const line = Buffer.from(`${JSON.stringify(toWire(entry))}\n`);
    for (let written = 0; written < line.length; ) written += writeSync(descriptor, line, written);
    fsyncSync(descriptor);
    record = next;
  };
  if (record === undefined) {
    if (first === undefined) {
      closeSync(descriptor);
      throw new Error(`${file} holds no accepted lease`);
    }
    append(first);
  }
  return {
    get record() {
      if (record === undefined) throw new Error(`${file} holds no accepted lease`);
      return record;
    },
    append,
    close: () => closeSync(descriptor),
  };
}

/** A new file's name is on disk only after its folder is. */
function syncFolder(dir: string): void {
  const descriptor = openSync(dir, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Where a lease's journal lies. */
export function journalFile(leasesDir: string, leaseId: string): string {
  return join(leasesDir, leaseId, "journal.jsonl");
}
