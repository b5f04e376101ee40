import type { Pool } from "pg";
import { JOB_KEPT_SECONDS, SWEEP_GRACE_SECONDS, UPLOAD_KEPT_SECONDS } from "../../domain/artifact/retention.ts";
import type { ArtifactStore } from "./artifactStore.ts";

const AT_ONCE = 100;

export interface ArtifactSweep {
  pool: Pick<Pool, "connect">;
  artifacts: Pick<ArtifactStore, "remove">;
  /** Contents that templates offer to everybody: kept as long as the templates are. */
  samples: readonly string[];
  /** Unix seconds of the chain. */
  chainNow(): number;
}

/**
 * Deletes what nobody was promised any longer: content that was last brought long ago and that is neither input nor output of a job
 * whose time goes on. Whoever brings the same content meanwhile waits for the row, and then brings it anew.
 * @returns how many contents were deleted
 */
export async function sweepArtifacts({ pool, artifacts, samples, chainNow }: ArtifactSweep): Promise<number> {
  const client = await pool.connect();
  // A server that goes away ends the connection with an event; unheard, it would end the process. The query rejects by itself.
  const heard = () => undefined;
  client.on("error", heard);
  let deleted = 0;
  try {
    for (;;) {
      await client.query("BEGIN");
      const { rows } = await client.query<{ sha256: string }>(OVERDUE, [
        chainNow() - UPLOAD_KEPT_SECONDS - SWEEP_GRACE_SECONDS,
        chainNow() - JOB_KEPT_SECONDS,
        samples,
        AT_ONCE,
      ]);
      const hashes = rows.map(({ sha256 }) => sha256);
      // Files first: after a crash here the rows still lead to what is left of them.
      for (const sha256 of hashes) await artifacts.remove(sha256);
      await client.query("DELETE FROM artifacts WHERE sha256 = ANY($1)", [hashes]);
      await client.query("DELETE FROM artifact_grants WHERE sha256 = ANY($1)", [hashes]);
      await client.query("COMMIT");
      deleted += hashes.length;
      if (hashes.length < AT_ONCE) return deleted;
    }
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.off("error", heard);
    client.release();
  }
}

const OVERDUE = `
  SELECT sha256 FROM artifacts a
  WHERE stored_at < $1 AND sha256 <> ALL($3::text[])
    AND NOT EXISTS (
      SELECT 1 FROM orders o WHERE (o.terms->>'leaseEnd')::bigint >= $2
        AND o.workload @> jsonb_build_object('inputs', jsonb_build_array(jsonb_build_object('sha256', a.sha256))))
    AND NOT EXISTS (
      SELECT 1 FROM artifact_grants g JOIN orders o ON g.grantee IN ('job:' || o.job_id, 'checkpoint:' || o.job_id)
        WHERE g.sha256 = a.sha256 AND (o.terms->>'leaseEnd')::bigint >= $2)
  ORDER BY stored_at LIMIT $4 FOR UPDATE OF a SKIP LOCKED`;
