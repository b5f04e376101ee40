import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Hex } from "viem";
import type { TaskName } from "../../application/tasks/queueTasks.ts";
import type { Database } from "./database.ts";
import type { ChainBlock, ChainLog, ChainTransaction } from "./generated/client.ts";

export interface IndexedBatch {
  blocks: ChainBlock[];
  logs: ChainLog[];
  transactions: ChainTransaction[];
  /** Tasks that these events cause; kept in the same transaction. */
  tasks: { task: TaskName; payload: Record<string, string> }[];
}

/** Blocks below the newest that are kept to find where a reorganised chain forked. */
export const KEPT_BLOCKS = 256n;

export interface ChainStore {
  /**
   * Makes the database this deployment's, once and for all: orders, signed transactions and the notary's words of one market
   * mean nothing, or harm, in another.
   * @throws BaseError `config_invalid` when it is another's
   */
  claim(source: string): Promise<void>;
  newestBlocks(limit: number): Promise<ChainBlock[]>;
  logs(): Promise<ChainLog[]>;
  append(batch: IndexedBatch): Promise<void>;
  /** Forgets every block above this one. */
  rollBackTo(number: bigint): Promise<void>;
  transactions(hashes: readonly Hex[]): Promise<ChainTransaction[]>;
  keepTransaction(transaction: ChainTransaction): Promise<void>;
}

/** The index of the chain in Postgres; all of it can be rebuilt. */
export function createChainStore({ prisma }: Database): ChainStore {
  return {
    async claim(source) {
      await prisma.chainSource.createMany({ data: [{ id: 1, source }], skipDuplicates: true });
      const owner = await prisma.chainSource.findUniqueOrThrow({ where: { id: 1 } });
      if (owner.source === source) return;
      throw new BaseError(
        "config_invalid",
        `The database that DATABASE_URL names belongs to another market or an earlier chain (${owner.source}), ` +
          `this one is ${source}. Name an empty database, or drop that one if its market is gone.`,
      );
    },
    newestBlocks: (limit) => prisma.chainBlock.findMany({ orderBy: { number: "desc" }, take: limit }),
    logs: () => prisma.chainLog.findMany({ orderBy: [{ blockNumber: "asc" }, { logIndex: "asc" }] }),
    async append({ blocks, logs, transactions, tasks }) {
      const newest = blocks.at(-1)?.number ?? 0n;
      await prisma.$transaction([
        prisma.chainBlock.createMany({ data: blocks }),
        prisma.chainLog.createMany({ data: logs }),
        prisma.chainTransaction.createMany({ data: transactions, skipDuplicates: true }),
        prisma.outbox.createMany({ data: tasks }),
        prisma.chainBlock.deleteMany({ where: { number: { lt: newest - KEPT_BLOCKS } } }),
      ]);
    },
    async rollBackTo(number) {
      const above = { gt: number };
      await prisma.$transaction([
        prisma.chainBlock.deleteMany({ where: { number: above } }),
        prisma.chainLog.deleteMany({ where: { blockNumber: above } }),
        prisma.chainTransaction.deleteMany({ where: { blockNumber: above } }),
      ]);
    },
    transactions: (hashes) => prisma.chainTransaction.findMany({ where: { hash: { in: [...hashes] } } }),
    async keepTransaction(transaction) {
      await prisma.chainTransaction.createMany({ data: [transaction], skipDuplicates: true });
    },
  };
}
