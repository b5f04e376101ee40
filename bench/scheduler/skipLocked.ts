import type pg from "pg";

const WORKERS = 16;

/** How the matcher talks to Postgres: a transaction of four statements, or all of it in one. */
export type Peer = "statements" | "one statement";

const ONE_STATEMENT = `WITH picked AS (SELECT id FROM peer_assets WHERE free ORDER BY price, id LIMIT 1 FOR UPDATE SKIP LOCKED),
  taken AS (UPDATE peer_assets a SET free = false FROM picked WHERE a.id = picked.id RETURNING a.id)
  INSERT INTO peer_placements (job, asset) SELECT $1, id FROM taken`;

/** The peer's tables, with as many free assets; an index gives the cheapest free one. */
export async function preparePeer(pool: pg.Pool, assets: number): Promise<void> {
  await pool.query(`
    CREATE TABLE peer_assets (id INT PRIMARY KEY, price INT NOT NULL, free BOOLEAN NOT NULL);
    CREATE INDEX peer_free ON peer_assets (price, id) WHERE free;
    CREATE TABLE peer_placements (job INT PRIMARY KEY, asset INT NOT NULL UNIQUE, decided_at TIMESTAMPTZ NOT NULL DEFAULT now());
    INSERT INTO peer_assets SELECT id, 100 + (id * 7919) % 1000, true FROM generate_series(1, ${assets}) AS id`);
  await pool.query("VACUUM ANALYZE peer_assets");
}

/** The matcher that most job queues on Postgres are: each job by itself locks the cheapest free row. @returns jobs a second */
export async function skipLocked(
  pool: pg.Pool,
  peer: Peer,
  { from, count }: { from: number; count: number },
): Promise<number> {
  let next = from;
  const worker = async () => {
    const client = await pool.connect();
    while (next < from + count) {
      const job = next++;
      if (peer === "one statement") {
        await client.query({ name: "match", text: ONE_STATEMENT, values: [job] });
        continue;
      }
      await client.query("BEGIN");
      const { rows } = await client.query<{ id: number }>({
        name: "pick",
        text: "SELECT id FROM peer_assets WHERE free ORDER BY price, id LIMIT 1 FOR UPDATE SKIP LOCKED",
      });
      const asset = rows[0]?.id;
      await client.query({ name: "take", text: "UPDATE peer_assets SET free = false WHERE id = $1", values: [asset] });
      await client.query({
        name: "place",
        text: "INSERT INTO peer_placements (job, asset) VALUES ($1, $2)",
        values: [job, asset],
      });
      await client.query("COMMIT");
    }
    client.release();
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return count / ((performance.now() - started) / 1000);
}
