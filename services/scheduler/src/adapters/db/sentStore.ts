import { bytes32Schema, hexSchema, type JobId } from "@gristmill/shared/ids/ids";
import type { Hex } from "viem";
import type { Database } from "./database.ts";

export type SentState = "sent" | "mined" | "reverted" | "dropped";

export interface SentTransaction {
  hash: Hex;
  nonce: number;
  raw: Hex;
}

/** Transactions of the scheduler's account, each written before it leaves. */
export interface SentStore {
  keep(transaction: SentTransaction & { verb: string; jobId: JobId | null }): Promise<void>;
  mark(hash: Hex, state: SentState): Promise<void>;
  /** Those whose end nobody saw, in the order of their nonces. */
  open(): Promise<SentTransaction[]>;
  /** Those of one verb of one job. */
  openOf(jobId: JobId, verb: string): Promise<SentTransaction[]>;
}

const read = (row: { hash: string; nonce: number; raw: string }): SentTransaction => ({
  hash: bytes32Schema.parse(row.hash),
  nonce: row.nonce,
  raw: hexSchema.parse(row.raw),
});

export function createSentStore({ prisma }: Database): SentStore {
  return {
    async keep(transaction) {
      // The same call at the same nonce and price, sent again after a failure, is the same transaction.
      const row = { ...transaction, state: "sent" };
      await prisma.sentTransaction.upsert({ where: { hash: transaction.hash }, create: row, update: row });
    },
    async mark(hash, state) {
      await prisma.sentTransaction.update({ where: { hash }, data: { state } });
    },
    async open() {
      const rows = await prisma.sentTransaction.findMany({ where: { state: "sent" }, orderBy: { nonce: "asc" } });
      return rows.map(read);
    },
    async openOf(jobId, verb) {
      const rows = await prisma.sentTransaction.findMany({ where: { state: "sent", jobId, verb } });
      return rows.map(read);
    },
  };
}
