import type { Database } from "./database.ts";

export interface OutboxRow {
  id: bigint;
  task: string;
  payload: unknown;
  delayMs: number;
}

export interface OutboxStore {
  /** The oldest rows. */
  next(limit: number): Promise<OutboxRow[]>;
  /** Forgets rows that the queue has taken. */
  taken(ids: readonly bigint[]): Promise<void>;
}

export function createOutboxStore({ prisma }: Database): OutboxStore {
  return {
    next: (limit) => prisma.outbox.findMany({ orderBy: { id: "asc" }, take: limit }),
    async taken(ids) {
      await prisma.outbox.deleteMany({ where: { id: { in: [...ids] } } });
    },
  };
}
