import type { OutputManifest } from "@gristmill/shared/receipt/output";
import type { Hex } from "viem";
import type { JournalEntry } from "./journalEntry.ts";
import type { CountersignedTick, OpenReceipt, Tick } from "./metering.ts";

type Accepted = Extract<JournalEntry, { type: "accepted" }>;
type Started = Extract<JournalEntry, { type: "started" }>;
type Exited = Extract<JournalEntry, { type: "exited" }>;
type Receipt = Extract<JournalEntry, { type: "receipt" }>;
type Proven = Extract<JournalEntry, { type: "proven" }>;

/** A signed receipt and how far it got. */
export interface ReceiptRecord extends Omit<Receipt, "type"> {
  ticks: readonly CountersignedTick[];
  proven?: Proven;
  captured?: { txHash: Hex };
}

/** All that is known of a lease: what its journal adds up to. */
export interface LeaseRecord {
  accepted: Accepted;
  started?: Started;
  /** Sent to the notary, not answered yet: to be sent again just as it was. */
  pending?: Tick;
  open: OpenReceipt;
  exited?: Exited;
  output?: { manifest: OutputManifest; commitment: Hex };
  receipts: ReadonlyMap<number, ReceiptRecord>;
  /** The proven answer that was paid. */
  answered?: { class: number; txHash: Hex };
  /** Nothing left to do; the reason in words. */
  closed?: string;
}

/**
 * Applies one entry. Unknown order is a damaged journal.
 * @throws Error when the entry does not fit
 */
export function applyEntry(record: LeaseRecord | undefined, entry: JournalEntry): LeaseRecord {
  if (entry.type === "accepted") {
    return record ?? { accepted: entry, open: { sequence: 0, from: 0, ticks: [] }, receipts: new Map() };
  }
  if (record === undefined) throw new Error(`the journal begins with "${entry.type}"`);
  switch (entry.type) {
    case "started":
      return { ...record, started: entry };
    case "tick": {
      const { samples: _samples, blind: _blind, type: _type, ...tick } = entry;
      return { ...record, pending: tick };
    }
    case "countersigned": {
      const { pending, ...rest } = record;
      if (pending?.sequence !== entry.sequence || pending.to !== entry.to) {
        throw new Error(
          `countersignature for a tick that was not sent (receipt ${entry.sequence}, second ${entry.to})`,
        );
      }
      const tick = { ...pending, signature: entry.signature };
      return { ...rest, open: { ...record.open, from: tick.from, ticks: [...record.open.ticks, tick] } };
    }
    case "dropped": {
      const { pending: _pending, ...rest } = record;
      return rest;
    }
    case "exited":
      return { ...record, exited: entry };
    case "output":
      return { ...record, output: { manifest: entry.manifest, commitment: entry.commitment } };
    case "receipt": {
      const ticks = record.open.ticks.filter((tick) => tick.to <= entry.to);
      const receipts = new Map(record.receipts).set(entry.sequence, { ...entry, ticks });
      const { pending: _pending, ...rest } = record;
      return { ...rest, receipts, open: { sequence: entry.sequence + 1, from: entry.nextFrom, ticks: [] } };
    }
    case "proven":
      return { ...record, receipts: withReceipt(record, entry.sequence, { proven: entry }) };
    case "captured":
      return { ...record, receipts: withReceipt(record, entry.sequence, { captured: { txHash: entry.txHash } }) };
    case "answered":
      return { ...record, answered: { class: entry.class, txHash: entry.txHash } };
    case "closed":
      return { ...record, closed: entry.reason };
  }
}

function withReceipt(
  record: LeaseRecord,
  sequence: number,
  change: Partial<ReceiptRecord>,
): Map<number, ReceiptRecord> {
  const receipt = record.receipts.get(sequence);
  if (receipt === undefined) throw new Error(`the journal has no receipt ${sequence}`);
  return new Map(record.receipts).set(sequence, { ...receipt, ...change });
}
