import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** Prisma's own lock for migrations, so that its command and this one never run at once. */
const PRISMA_LOCK = 72_707_369;

const ledger = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** The repository's `prisma/migrations`. */
export const migrationsFolder = join(import.meta.dirname, "../../../../../prisma/migrations");

/**
 * Applies the migrations that are missing, each in a transaction, in Prisma's own ledger: `prisma migrate deploy` agrees with
 * it, and this needs no engine.
 * @returns names of the migrations applied
 * @throws Error when an applied migration's file was changed since
 */
export async function migrate(databaseUrl: string, folder = migrationsFolder): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const client = new pg.Client({ connectionString: databaseUrl });
  // A server that goes away is told by the query; unheard, the event would end the process without a word.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK]);
    await client.query(ledger);
    const applied: string[] = [];
    for (const name of names) {
      const sql = await readFile(join(folder, name, "migration.sql"), "utf8");
      if (await apply(client, name, sql)) applied.push(name);
    }
    return applied;
  } finally {
    // Closing the session frees the lock.
    await client.end();
  }
}

async function apply(client: pg.Client, name: string, sql: string): Promise<boolean> {
  const checksum = createHash("sha256").update(sql).digest("hex");
  const found = await client.query<{ checksum: string }>(
    `SELECT "checksum" FROM "_prisma_migrations"
     WHERE "migration_name" = $1 AND "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL`,
    [name],
  );
  const earlier = found.rows[0];
  if (earlier !== undefined) {
    if (earlier.checksum === checksum) return false;
    throw new Error(`migration ${name} was changed after it was applied; add a new migration instead`);
  }
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
    return true;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}
