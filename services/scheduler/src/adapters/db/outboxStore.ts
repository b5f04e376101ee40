import type { Database } from "./database.ts";
import { inTransaction } from "./inTransaction.ts";

export interface OutboxRow {
  id: bigint;
  task: string;
  payload: unknown;
  delayMs: number;
}

export interface OutboxStore {
  /**
   * Hands the oldest rows to `give` and forgets them once it has taken them. Rows that another process is just handing over are
   * left to it.
   * @returns how many there were
   */
  move(limit: number, give: (rows: readonly OutboxRow[]) => Promise<void>): Promise<number>;
}

interface Row {
  id: string;
  task: string;
  payload: unknown;
  delay_ms: number;
}

export function createOutboxStore({ pool }: Database): OutboxStore {
  return {
    move: (limit, give) =>
      inTransaction(pool, async (client) => {
        const { rows } = await client.query<Row>(
          `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING id, task, payload, delay_ms`,
          [limit],
        );
        const taken = rows.map((row) => ({ ...row, id: BigInt(row.id), delayMs: row.delay_ms }));
        // A queue that does not take them takes the deletion back.
        if (taken.length > 0) await give(taken.sort((left, right) => (left.id < right.id ? -1 : 1)));
        return taken.length;
      }),
  };
}
