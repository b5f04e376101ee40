import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@gristmill/tools/services/postgres";
import pg from "pg";

export interface TestDatabase {
  /** An empty database of its own. */
  url: string;
  query(sql: string): Promise<pg.QueryResult>;
  drop(): Promise<void>;
}

/** A database for one test file: on the server of `TEST_DATABASE_URL`, else on an embedded one. */
export async function testDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-db-"));
  const named = process.env.TEST_DATABASE_URL;
  const server = named
    ? { url: named, stop: async () => undefined }
    : await startPostgres({ millDir: folder, durable: false, env: {} });
  const name = `scheduler_${randomBytes(6).toString("hex")}`;
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async query(sql) {
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      return client.query(sql).finally(() => client.end());
    },
    async drop() {
      await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
