import { leaseIdSchema, sha256Schema } from "@gristmill/shared/ids/ids";
import type { CheckpointStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";
import { inTransaction } from "./inTransaction.ts";

/** The newest saved state of each part of a job; its bytes are an artifact. */
export function createCheckpointStore({ prisma, pool }: Database): CheckpointStore {
  return {
    keep: (jobId, { shard, leaseId, sha256, bytes, savedAt }) =>
      inTransaction(pool, async (client) => {
        const grantee = `checkpoint:${jobId}`;
        // Held until the end: two words about one part follow one another.
        const { rows } = await client.query<{ sha256: string }>(
          "SELECT sha256 FROM checkpoints WHERE job_id = $1 AND shard = $2 FOR UPDATE",
          [jobId, shard],
        );
        const kept = await client.query(
          `INSERT INTO checkpoints (job_id, shard, lease_id, sha256, bytes, saved_at)
           SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM artifact_grants WHERE sha256 = $4 AND grantee = $7)
           ON CONFLICT (job_id, shard) DO UPDATE SET lease_id = $3, sha256 = $4, bytes = $5, saved_at = $6`,
          [jobId, shard, leaseId, sha256, bytes, savedAt, grantee],
        );
        if (kept.rowCount === 0) return false;
        const before = rows[0]?.sha256;
        if (before !== undefined && before !== sha256) await client.query(FORGET, [before, grantee, jobId]);
        return true;
      }),
    async of(jobId) {
      const rows = await prisma.checkpoint.findMany({ where: { jobId }, orderBy: { shard: "asc" } });
      return rows.map(({ shard, leaseId, sha256, bytes, savedAt }) => ({
        ...{ shard, bytes, savedAt },
        ...{ leaseId: leaseIdSchema.parse(leaseId), sha256: sha256Schema.parse(sha256) },
      }));
    },
  };
}

/** Takes the grant of a replaced state, unless another part saved the same; what nobody has a right to goes with the next sweep. */
const FORGET = `
  WITH dropped AS (
    DELETE FROM artifact_grants WHERE sha256 = $1 AND grantee = $2
      AND NOT EXISTS (SELECT 1 FROM checkpoints WHERE job_id = $3 AND sha256 = $1)
    RETURNING sha256)
  UPDATE artifacts SET stored_at = 0 WHERE sha256 IN (SELECT sha256 FROM dropped)
    AND NOT EXISTS (SELECT 1 FROM artifact_grants g WHERE g.sha256 = $1 AND g.grantee <> $2)
    AND NOT EXISTS (SELECT 1 FROM orders WHERE workload @> jsonb_build_object('inputs', jsonb_build_array(jsonb_build_object('sha256', $1::text))))`;
