import type { WebhookEvent } from "@gristmill/shared/api/webhook";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Hex } from "viem";
import type { Fence } from "../../application/fence.ts";
import type { TaskName } from "../../application/tasks/queueTasks.ts";
import type { Database } from "./database.ts";
import type { ChainBlock, ChainLog, ChainTransaction, Prisma } from "./generated/client.ts";
import { keepNews } from "./webhookStore.ts";

export interface IndexedBatch {
  blocks: ChainBlock[];
  logs: ChainLog[];
  transactions: ChainTransaction[];
  /** Assignments among the events: the decisions behind them are carried out. */
  assigned: { jobId: string; assetId: string }[];
  /** Tasks that these events cause; kept in the same transaction. */
  tasks: { task: TaskName; payload: Record<string, string>; delayMs?: number }[];
  /** What buyers' webhooks are told, kept in the same transaction. */
  news: WebhookEvent[];
}

/** Blocks below the newest that are kept to find where a reorganised chain forked. */
export const KEPT_BLOCKS = 256n;

/** A batch of hundreds of blocks on a busy machine. */
const TRANSACTION_MS = 30_000;
/** Postgres channel that tells other processes of new blocks. */
export const CHAIN_CHANNEL = "gristmill_chain";

export interface ChainStore {
  /**
   * Makes the database this deployment's, once and for all: orders, signed transactions and the notary's words of one market
   * mean nothing, or harm, in another.
   * @throws BaseError `config_invalid` when it is another's
   */
  claim(source: string): Promise<void>;
  newestBlocks(limit: number): Promise<ChainBlock[]>;
  logs(): Promise<ChainLog[]>;
  /** Logs of blocks above this one, in the chain's order. */
  logsAbove(number: bigint): Promise<ChainLog[]>;
  /** Keeps blocks with what they cause. @throws BaseError `not_owner` when another process writes the index now */
  append(batch: IndexedBatch, fence: Fence): Promise<void>;
  /** Forgets every block above this one. What was mined there may be mined again: it counts as sent. @throws as `append` */
  rollBackTo(number: bigint, fence: Fence): Promise<void>;
  transactions(hashes: readonly Hex[]): Promise<ChainTransaction[]>;
  keepTransaction(transaction: ChainTransaction): Promise<void>;
}

/** The index of the chain in Postgres; all of it can be rebuilt. */
export function createChainStore({ prisma }: Database): ChainStore {
  const fenced = (fence: Fence, work: (tx: Prisma.TransactionClient) => Promise<void>): Promise<void> =>
    prisma.$transaction(
      async (tx) => {
        const { name, owner, token } = fence;
        const held = await tx.$queryRaw<unknown[]>`SELECT 1 FROM ownerships WHERE name = ${name} AND owner = ${owner}
          AND token = ${token} AND expires_at > clock_timestamp() FOR SHARE`;
        if (held.length === 0) throw new BaseError("not_owner", "Another scheduler process writes the index now.");
        await work(tx);
      },
      { timeout: TRANSACTION_MS, maxWait: TRANSACTION_MS },
    );
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
    logsAbove: (number) =>
      prisma.chainLog.findMany({
        where: { blockNumber: { gt: number } },
        orderBy: [{ blockNumber: "asc" }, { logIndex: "asc" }],
      }),
    append: ({ blocks, logs, transactions, assigned, tasks, news }, fence) =>
      fenced(fence, async (tx) => {
        const newest = blocks.at(-1)?.number ?? 0n;
        await tx.chainBlock.createMany({ data: blocks });
        await tx.chainLog.createMany({ data: logs });
        // A payment may have been noted before its block was read.
        await tx.chainTransaction.deleteMany({ where: { hash: { in: transactions.map(({ hash }) => hash) } } });
        await tx.chainTransaction.createMany({ data: transactions });
        const [jobs, assets] = [assigned.map(({ jobId }) => jobId), assigned.map(({ assetId }) => assetId)];
        if (jobs.length > 0) {
          await tx.$executeRaw`UPDATE placements p SET state = 'assigned'
            FROM unnest(${jobs}::text[], ${assets}::text[]) AS a (job_id, asset_id)
            WHERE p.job_id = a.job_id AND p.asset_id = a.asset_id AND p.state = 'open'`;
        }
        await tx.outbox.createMany({ data: tasks });
        await keepNews(tx, news);
        await tx.chainBlock.deleteMany({ where: { number: { lt: newest - KEPT_BLOCKS } } });
        await tx.$executeRaw`SELECT pg_notify(${CHAIN_CHANNEL}, '')`;
      }),
    rollBackTo: (number, fence) =>
      fenced(fence, async (tx) => {
        const above = { gt: number };
        await tx.chainBlock.deleteMany({ where: { number: above } });
        await tx.chainLog.deleteMany({ where: { blockNumber: above } });
        await tx.chainTransaction.deleteMany({ where: { blockNumber: above } });
        await tx.sentCall.updateMany({
          where: { minedBlock: above },
          data: { state: "sent", minedBlock: null, minedHash: null },
        });
        await tx.$executeRaw`SELECT pg_notify(${CHAIN_CHANNEL}, '')`;
      }),
    transactions: (hashes) => prisma.chainTransaction.findMany({ where: { hash: { in: [...hashes] } } }),
    async keepTransaction(transaction) {
      await prisma.chainTransaction.createMany({ data: [transaction], skipDuplicates: true });
    },
  };
}
