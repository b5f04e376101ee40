import type { LogLine } from "@gristmill/shared/api/views";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import type { LogStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";

interface Row {
  id: string;
  lease_id: LeaseId;
  seq: number;
  stream: LogLine["stream"];
  text: string;
  at_ms: string;
}

/** Log lines, in batches by raw SQL: nodes send hundreds a second. */
export function createLogStore({ pool }: Database): LogStore {
  return {
    async append(jobId, lines) {
      if (lines.length === 0) return 0;
      const result = await pool.query(
        `INSERT INTO log_lines (job_id, lease_id, seq, stream, text, at_ms)
         SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::bigint[])
         ON CONFLICT (lease_id, seq) DO NOTHING`,
        [
          jobId,
          lines.map((line) => line.leaseId),
          lines.map((line) => line.seq),
          lines.map((line) => line.stream),
          // Postgres text cannot hold NUL; a program's output can.
          lines.map((line) => line.text.replaceAll("\0", "\uFFFD")),
          lines.map((line) => line.atMs),
        ],
      );
      return result.rowCount ?? 0;
    },
    async after(jobId, afterId, limit) {
      const { rows } = await pool.query<Row>(
        "SELECT * FROM log_lines WHERE job_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        [jobId, afterId, limit],
      );
      return rows.map((row) => ({
        id: Number(row.id),
        leaseId: row.lease_id,
        seq: row.seq,
        stream: row.stream,
        text: row.text,
        atMs: Number(row.at_ms),
      }));
    },
    async size(leaseId) {
      const { rows } = await pool.query<{ bytes: string }>(
        "SELECT coalesce(sum(octet_length(text)), 0) AS bytes FROM log_lines WHERE lease_id = $1",
        [leaseId],
      );
      return Number(rows[0]?.bytes ?? 0);
    },
  };
}
