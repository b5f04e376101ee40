import type pg from "pg";

const WORKERS = 16;

/** The matcher that most job queues on Postgres are: each job in a transaction of its own locks the cheapest free row. */
export async function skipLocked(pool: pg.Pool, assets: number, jobs: number): Promise<{ perSecond: number }> {
  await pool.query(`
    CREATE TABLE peer_assets (id INT PRIMARY KEY, price INT NOT NULL, free BOOLEAN NOT NULL);
    CREATE INDEX peer_free ON peer_assets (price, id) WHERE free;
    CREATE TABLE peer_placements (job INT PRIMARY KEY, asset INT NOT NULL UNIQUE, decided_at TIMESTAMPTZ NOT NULL DEFAULT now());
    INSERT INTO peer_assets SELECT id, 100 + (id * 7919) % 1000, true FROM generate_series(1, ${assets}) AS id;
    ANALYZE peer_assets`);
  let next = 0;
  const worker = async () => {
    const client = await pool.connect();
    while (next < jobs) {
      const job = next++;
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
  return { perSecond: jobs / ((performance.now() - started) / 1000) };
}
