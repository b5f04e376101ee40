import type { Database } from "../src/adapters/db/database.ts";
import type { Fence } from "../src/application/fence.ts";
import { CHAIN_PARTITION } from "../src/application/ownership.ts";

/** An ownership that stands for a day: for tests in which one process does everything. */
export async function testFence({ pool }: Database, name = CHAIN_PARTITION): Promise<() => Fence> {
  await pool.query(
    `INSERT INTO ownerships VALUES ($1, 'test', 1, clock_timestamp() + interval '1 day') ON CONFLICT DO NOTHING`,
    [name],
  );
  return () => ({ name, owner: "test", token: 1n });
}
