import type { WebhookEvent, WebhookView } from "@gristmill/shared/api/webhook";
import { type JobId, jobIdSchema } from "@gristmill/shared/ids/ids";
import type pg from "pg";
import type { NewWebhook, WebhookDelivery, WebhookStore } from "../../application/webhooks.ts";
import type { Database } from "./database.ts";
import type { Prisma } from "./generated/client.ts";
import { inTransaction } from "./inTransaction.ts";

interface Row {
  id: string;
  url: string;
  job_id: string | null;
  created: string;
  waiting: string;
  given_up: number;
  last_error: string | null;
}

const viewOf = (row: Row): WebhookView => ({
  id: row.id,
  url: row.url,
  jobId: row.job_id === null ? null : jobIdSchema.parse(row.job_id),
  createdAt: Number(row.created),
  waiting: Number(row.waiting),
  givenUp: row.given_up,
  lastError: row.last_error,
});

export function createWebhookStore({ pool }: Database): WebhookStore {
  const rows = async <Of extends pg.QueryResultRow>(sql: string, values: unknown[]) =>
    (await pool.query<Of>(sql, values)).rows;
  return {
    keep: ({ id, owner, jobId, url }: NewWebhook, most) =>
      inTransaction(pool, async (client) => {
        // A statement before the count, which else would not see what was written while it waited.
        await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [owner]);
        const { rowCount } = await client.query(
          `INSERT INTO webhooks (id, owner, job_id, url) SELECT $1, $2, $3, $4
           WHERE (SELECT count(*) FROM webhooks WHERE owner = $2) < $5`,
          [id, owner, jobId, url, most],
        );
        return rowCount === 1;
      }),
    async ofOwners(owners) {
      const found = await rows<Row>(
        `SELECT id, url, job_id, floor(extract(epoch FROM created_at)) AS created, given_up, last_error,
           (SELECT count(*) FROM webhook_deliveries WHERE webhook_id = webhooks.id) AS waiting
         FROM webhooks WHERE owner = ANY($1) ORDER BY created_at DESC, id`,
        [owners],
      );
      return found.map(viewOf);
    },
    async remove(id, owners) {
      const gone = await rows("DELETE FROM webhooks WHERE id = $1 AND owner = ANY($2) RETURNING id", [id, owners]);
      return gone.length === 1;
    },
    async take(deliveryId, busySeconds) {
      const [found] = await rows<WebhookDelivery>(
        `UPDATE webhook_deliveries AS d SET attempts = attempts + 1, next_at = now() + make_interval(secs => $2)
         FROM webhooks AS w WHERE d.id = $1 AND w.id = d.webhook_id AND next_at <= now() + interval '1 second'
         RETURNING d.id, w.id AS "webhookId", w.url, d.event_id AS "eventId", d.body, d.attempts,
           extract(epoch FROM now() - d.created_at)::int AS "ageSeconds"`,
        [deliveryId, busySeconds],
      );
      return found;
    },
    async delivered(deliveryId) {
      await rows("DELETE FROM webhook_deliveries WHERE id = $1", [deliveryId]);
    },
    async failed(deliveryId, reason, againSeconds) {
      await rows(
        `WITH said AS (UPDATE webhooks SET last_error = $2 WHERE id = (SELECT webhook_id FROM webhook_deliveries WHERE id = $1))
         UPDATE webhook_deliveries SET next_at = now() + make_interval(secs => $3) WHERE id = $1`,
        [deliveryId, reason, againSeconds],
      );
    },
    async gaveUp(deliveryId, reason) {
      await rows(
        `WITH gone AS (DELETE FROM webhook_deliveries WHERE id = $1 RETURNING webhook_id)
         UPDATE webhooks SET last_error = $2, given_up = given_up + 1 WHERE id IN (SELECT webhook_id FROM gone)`,
        [deliveryId, reason],
      );
    },
    async overdue(seconds) {
      const found = await rows<{ id: string }>(
        `UPDATE webhook_deliveries SET next_at = now() WHERE id IN (
           SELECT id FROM webhook_deliveries WHERE next_at < now() - make_interval(secs => $1)
           ORDER BY next_at LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING id`,
        [seconds],
      );
      return found.map(({ id }) => id);
    },
  };
}

/** Writes what webhooks are to be told, with the queue tasks that tell them, in the transaction of the events. */
export async function keepNews(tx: Prisma.TransactionClient, news: readonly WebhookEvent[]): Promise<void> {
  if (news.length === 0) return;
  const ids = news.map(({ id }) => id);
  const jobs: JobId[] = news.map(({ jobId }) => jobId);
  const bodies = news.map((event) => JSON.stringify(event));
  await tx.$executeRaw`
    WITH told AS (
      INSERT INTO webhook_deliveries (id, webhook_id, event_id, body)
      SELECT w.id || '.' || n.id, w.id, n.id, n.body
      FROM unnest(${ids}::text[], ${jobs}::text[], ${bodies}::text[]) AS n (id, job_id, body)
      LEFT JOIN orders o ON o.job_id = n.job_id
      JOIN webhooks w ON w.job_id = n.job_id OR (w.job_id IS NULL AND w.owner = 'wallet:' || lower(o.buyer))
      ON CONFLICT (id) DO NOTHING RETURNING id)
    INSERT INTO outbox (task, payload) SELECT 'deliverWebhook', jsonb_build_object('deliveryId', id) FROM told`;
}
