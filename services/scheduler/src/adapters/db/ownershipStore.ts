import type pg from "pg";
import type { Fence } from "../../application/fence.ts";
import type { OwnershipStore } from "../../application/ownership.ts";
import type { Database } from "./database.ts";

interface Row {
  name: string;
  token: string;
}

/** Ownerships as rows, by the database's clock alone. */
export function createOwnershipStore({ pool }: Database): OwnershipStore {
  const fences = (owner: string, rows: readonly Row[]): Fence[] =>
    rows
      .map(({ name, token }) => ({ name, owner, token: BigInt(token) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    async live(owner, ttlMs) {
      await pool.query(
        `INSERT INTO processes (name, expires_at) VALUES ($1, clock_timestamp() + $2 * interval '1 ms')
         ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at`,
        [owner, ttlMs],
      );
      await pool.query("DELETE FROM processes WHERE expires_at < clock_timestamp() - interval '1 hour'");
      const { rows } = await pool.query<{ count: string }>(
        "SELECT count(*) AS count FROM processes WHERE expires_at > clock_timestamp()",
      );
      return Math.max(1, Number(rows[0]?.count));
    },
    async renew(owner, ttlMs) {
      const { rows } = await pool.query<Row>(
        `UPDATE ownerships SET expires_at = clock_timestamp() + $2 * interval '1 ms'
         WHERE owner = $1 AND expires_at > clock_timestamp() RETURNING name, token`,
        [owner, ttlMs],
      );
      return fences(owner, rows);
    },
    async claim(owner, names, limit, ttlMs) {
      const { rows } = await pool.query<Row>(
        `INSERT INTO ownerships AS held (name, owner, token, expires_at)
         SELECT name, $1, 1, clock_timestamp() + $4 * interval '1 ms' FROM unnest($2::text[]) AS name
         WHERE NOT EXISTS (SELECT FROM ownerships o WHERE o.name = name.name AND o.expires_at > clock_timestamp())
         LIMIT $3
         ON CONFLICT (name) DO UPDATE SET owner = $1, token = held.token + 1, expires_at = excluded.expires_at
         WHERE held.expires_at <= clock_timestamp() RETURNING name, token`,
        [owner, names, limit, ttlMs],
      );
      return fences(owner, rows);
    },
    async release(owner, names) {
      await pool.query("UPDATE ownerships SET expires_at = clock_timestamp() WHERE owner = $1 AND name = ANY ($2)", [
        owner,
        names,
      ]);
    },
    async leave(owner) {
      await pool.query("UPDATE ownerships SET expires_at = clock_timestamp() WHERE owner = $1", [owner]);
      await pool.query("DELETE FROM processes WHERE name = $1", [owner]);
    },
  };
}

/** Whether this ownership stands; until the transaction ends nobody takes over. */
export async function holds(client: pg.ClientBase, { name, owner, token }: Fence): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM ownerships WHERE name = $1 AND owner = $2 AND token = $3 AND expires_at > clock_timestamp() FOR SHARE`,
    [name, owner, token],
  );
  return rowCount === 1;
}
