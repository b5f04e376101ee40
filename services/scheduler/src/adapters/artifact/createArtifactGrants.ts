import type { Pool } from "pg";
import { JOB_KEPT_SECONDS, UPLOAD_KEPT_SECONDS } from "../../domain/artifact/retention.ts";
import type { ArtifactGrants } from "./artifactGrants.ts";

/** Rights to artifacts in Postgres, beside the orders that give them. */
export function createArtifactGrants(pool: Pick<Pool, "query">): ArtifactGrants {
  const holds = async (sql: string, values: unknown[]) => (await pool.query(sql, values)).rows.length > 0;
  const asInput = (sha256: string) => JSON.stringify({ inputs: [{ sha256 }] });
  const has = (sha256: string, grantee: string) =>
    holds("SELECT 1 FROM artifact_grants WHERE sha256 = $1 AND grantee = $2", [sha256, grantee]);
  const grants: ArtifactGrants = {
    async noteUpload(sha256, by, now) {
      const kinds = { output: "job", checkpoint: "checkpoint" };
      const grantees =
        "job" in by
          ? [`${kinds[by.as ?? "output"]}:${by.job}`]
          : ["upload", ...(by.wallet ? [`wallet:${by.wallet}`] : [])];
      await pool.query(
        `INSERT INTO artifacts VALUES ($1, $2)
         ON CONFLICT (sha256) DO UPDATE SET stored_at = greatest(artifacts.stored_at, excluded.stored_at)`,
        [sha256, now],
      );
      await pool.query("INSERT INTO artifact_grants SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING", [
        sha256,
        grantees,
      ]);
    },
    isOrderable: (sha256, now) =>
      holds(
        `SELECT 1 FROM artifact_grants JOIN artifacts USING (sha256)
         WHERE sha256 = $1 AND grantee = 'upload' AND (stored_at >= $2 OR EXISTS (
           SELECT 1 FROM orders WHERE workload @> $3::jsonb AND (terms->>'leaseEnd')::bigint >= $4))`,
        [sha256, now - UPLOAD_KEPT_SECONDS, asInput(sha256), now - JOB_KEPT_SECONDS],
      ),
    isOutputOf: (sha256, jobId) => has(sha256, `job:${jobId}`),
    isInputOf: (sha256, jobId) =>
      holds("SELECT 1 FROM orders WHERE job_id = $1 AND workload @> $2::jsonb", [jobId, asInput(sha256)]),
    isCheckpointOf: (sha256, jobId) => has(sha256, `checkpoint:${jobId}`),
    isOfJob: async (sha256, jobId) =>
      (await grants.isOutputOf(sha256, jobId)) ||
      (await grants.isInputOf(sha256, jobId)) ||
      (await grants.isCheckpointOf(sha256, jobId)),
    isOfWallet: (sha256, wallet) =>
      holds(
        `SELECT 1 FROM artifact_grants WHERE sha256 = $1 AND grantee = $2
         UNION ALL
         SELECT 1 FROM orders WHERE buyer = $3 AND workload @> $4::jsonb
         UNION ALL
         SELECT 1 FROM artifact_grants g JOIN orders o ON g.grantee IN ('job:' || o.job_id, 'checkpoint:' || o.job_id)
           WHERE g.sha256 = $1 AND o.buyer = $3
         LIMIT 1`,
        [sha256, `wallet:${wallet}`, wallet, asInput(sha256)],
      ),
  };
  return grants;
}
