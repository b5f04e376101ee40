import { createHash } from "node:crypto";
import { createPostgresBackend, type Processor, Queue, type QueueOptions, runMigrations, Worker } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

/** Name of the scheduler's one queue. */
const QUEUE = "gristmill";
const CONCURRENCY = 16;
/** Schema of the queue's own tables in Postgres. */
const SCHEMA = "queue";

export interface QueueBackend {
  kind: "redis" | "postgres";
  queue: Queue;
  /** Starts taking tasks. */
  work(processor: Processor, backoff: (attempt: number) => number): Worker;
  close(): Promise<void>;
}

/** BullMQ on Redis when there is one, else on Postgres: the same queue, about ten times slower to add to. */
export async function openQueueBackend(urls: {
  redisUrl?: string | undefined;
  databaseUrl: string;
}): Promise<QueueBackend> {
  if (urls.redisUrl === undefined) return onPostgres(urls.databaseUrl);
  // Markets may share a Redis server; what belongs together is what shares a database.
  const namespace = createHash("sha256").update(urls.databaseUrl).digest("hex").slice(0, 16);
  return onRedis(urls.redisUrl, `gristmill-${namespace}`);
}

async function onRedis(redisUrl: string, prefix: string): Promise<QueueBackend> {
  // Workers block on their connection: BullMQ asks for no limit on retries there.
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection, prefix });
  let worker: Worker | undefined;
  return {
    kind: "redis",
    queue,
    work(processor, backoffStrategy) {
      const options = { connection, prefix, concurrency: CONCURRENCY, settings: { backoffStrategy } };
      worker = new Worker(QUEUE, processor, options);
      return worker;
    },
    async close() {
      await worker?.close();
      await queue.close();
      connection.disconnect();
    },
  };
}

async function onPostgres(databaseUrl: string): Promise<QueueBackend> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A server that goes away is told by the query; unheard, the event would end the process without a word.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
  const connection = { connectionString: databaseUrl, schema: SCHEMA, max: 8 };
  const queue = new Queue(QUEUE, { connection } as QueueOptions<typeof connection>, createPostgresBackend);
  let worker: Worker | undefined;
  return {
    kind: "postgres",
    queue: queue as unknown as Queue,
    work(processor, backoffStrategy) {
      const options = { connection, concurrency: CONCURRENCY, settings: { backoffStrategy } };
      worker = new Worker(QUEUE, processor, options, createPostgresBackend) as unknown as Worker;
      return worker;
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}
