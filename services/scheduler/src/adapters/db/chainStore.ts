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
  /** Empties the index when it belongs to another deployment. */
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
  const empty = () => [
    prisma.chainBlock.deleteMany(),
    prisma.chainLog.deleteMany(),
    prisma.chainTransaction.deleteMany(),
  ];
  return {
    async claim(source) {
      const owner = await prisma.chainSource.findUnique({ where: { id: 1 } });
      if (owner?.source === source) return;
      await prisma.$transaction([
        ...empty(),
        prisma.chainSource.upsert({ where: { id: 1 }, create: { id: 1, source }, update: { source } }),
      ]);
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
