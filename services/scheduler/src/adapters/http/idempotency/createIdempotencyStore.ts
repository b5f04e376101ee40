import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import type { IdempotencyStore } from "./idempotencyStore.ts";

/** How long a key names its request. */
const KEY_KEPT_SECONDS = 24 * 3600;
/** A process that stopped in the middle of a request holds its key no longer than this. */
const TURN_SECONDS = 150;

/** Keys in Postgres: one for all scheduler processes, by the database's clock. */
export function createIdempotencyStore(pool: Pick<Pool, "query">): IdempotencyStore {
  const mine = "scope = $1 AND key = $2 AND turn = $3";
  return {
    async begin({ scope, key, requestHash }) {
      const turn = randomUUID();
      const { rowCount } = await pool.query(
        `INSERT INTO idempotency_keys AS k (scope, key, request_hash, turn, busy_until, expires_at)
         VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(secs => $6))
         ON CONFLICT (scope, key) DO UPDATE SET request_hash = excluded.request_hash, turn = excluded.turn, status = NULL,
           answer = NULL, busy_until = excluded.busy_until, expires_at = excluded.expires_at
         WHERE k.expires_at <= now()
           OR (k.status IS NULL AND k.busy_until <= now() AND k.request_hash = excluded.request_hash)`,
        [scope, key, requestHash, turn, TURN_SECONDS, KEY_KEPT_SECONDS],
      );
      if (rowCount === 1) return { outcome: "go", turn };
      const { rows } = await pool.query<{ request_hash: string; status: number | null; answer: string | null }>(
        "SELECT request_hash, status, answer FROM idempotency_keys WHERE scope = $1 AND key = $2",
        [scope, key],
      );
      const [row] = rows;
      // Forgotten between the two looks: the next look takes it.
      if (row === undefined) return { outcome: "busy" };
      if (row.request_hash !== requestHash) return { outcome: "other" };
      if (row.status === null || row.answer === null) return { outcome: "busy" };
      return { outcome: "answered", status: row.status, answer: row.answer };
    },
    async answer({ scope, key }, turn, status, answer) {
      await pool.query(`UPDATE idempotency_keys SET status = $4, answer = $5 WHERE ${mine}`, [
        scope,
        key,
        turn,
        status,
        answer,
      ]);
    },
    async release({ scope, key }, turn) {
      await pool.query(`UPDATE idempotency_keys SET busy_until = now() WHERE ${mine}`, [scope, key, turn]);
    },
    async forget({ scope, key }, turn) {
      await pool.query(`DELETE FROM idempotency_keys WHERE ${mine}`, [scope, key, turn]);
    },
    async purge() {
      await pool.query("DELETE FROM idempotency_keys WHERE expires_at <= now()");
    },
  };
}
