import type { LeaseId } from "@gristmill/shared/ids/ids";
import { expect, test } from "vitest";
import type { JournalEntry } from "../domain/journalEntry.ts";
import { applyEntry, type LeaseRecord } from "../domain/leaseRecord.ts";
import { type MeterOptions, meterLeast } from "./meter.ts";

const leaseId = `0x${"11".repeat(32)}` as LeaseId;
const address = "0x1111111111111111111111111111111111111111";
const now = 1_800_000_000_000;

/** A lease that began `ranMs` ago, with a notary that signs everything. */
function options(ranMs: number): MeterOptions {
  let record = {
    accepted: { type: "accepted", leaseId, payee: address, maxSeconds: 600, terms: { notary: address } },
    started: { type: "started", anchorMs: now - ranMs },
    open: { sequence: 0, from: 0, ticks: [] },
    receipts: new Map(),
  } as unknown as LeaseRecord;
  const append = (entry: JournalEntry) => {
    record = applyEntry(record, entry);
  };
  return {
    journal: {
      get record() {
        return record;
      },
      append,
    },
    link: { tick: async () => ({ kind: "countersigned", signature: "0x" }) },
    chain: { chainId: 31_337, market: address, isNotarySignature: async () => true },
    clock: {
      nowMs: () => now,
      monotonicMs: () => 0,
      sleep: async () => undefined,
      randomHex: () => `0x${"22".repeat(32)}`,
    },
    graceMs: 1000,
    attemptMs: 1000,
  };
}

test.each([200, 40_000, 400_000])(
  "a workload that was over before it was looked at, %i ms after its start, is billed one second and no more",
  async (ranMs) => {
    const lease = options(ranMs);
    expect(await meterLeast(lease)).toEqual({ kind: "ticked" });
    const [tick] = lease.journal.record.open.ticks;
    expect(tick).toMatchObject({ from: 0, to: 1 });
  },
);
