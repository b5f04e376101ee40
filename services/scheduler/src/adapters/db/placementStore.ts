import type { JobId } from "@gristmill/shared/ids/ids";
import type { Decision, DecisionStore, OpenDecision } from "../../application/decisions.ts";
import type { Database } from "./database.ts";

/** How long an open decision is left to whoever made it, before the queue looks at its job again. */
const LOOK_AGAIN_MS = 5000;

/**
 * One statement for a whole batch: the ownership is checked and kept from moving, the decisions are inserted where neither job
 * nor asset has an open one, and each brings the queue task that looks after it.
 */
const COMMIT = `
  WITH held AS (
    SELECT o.name, o.token FROM ownerships o
    JOIN unnest($6::text[], $7::bigint[]) AS wanted (name, token) ON o.name = wanted.name AND o.token = wanted.token
    WHERE o.owner = $5 AND o.expires_at > clock_timestamp() FOR SHARE OF o
  ), made AS (
    INSERT INTO placements (job_id, asset_id, listing_version, max_seconds, partition, token, state)
    SELECT d.job_id, d.asset_id, d.listing_version, d.max_seconds, held.name, held.token, 'open'
    FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $8::text[]) AS d (job_id, asset_id, listing_version, max_seconds, partition)
    JOIN held ON held.name = d.partition
    ON CONFLICT DO NOTHING RETURNING id, job_id
  ), tied AS (
    INSERT INTO outbox (task, payload, delay_ms)
    SELECT 'advanceJob', jsonb_build_object('jobId', job_id), ${LOOK_AGAIN_MS} FROM made
  )
  SELECT id, job_id FROM made`;

/** Decisions in Postgres, in batches by raw SQL. */
export function createPlacementStore({ pool }: Database): DecisionStore {
  return {
    async commit(owner, decisions) {
      const fences = new Map(decisions.map(({ fence }) => [fence.name, fence.token]));
      const of = <Value>(pick: (decision: Decision) => Value) => decisions.map(pick);
      const { rows } = await pool.query<{ id: string; job_id: JobId }>({
        name: "commit-decisions",
        text: COMMIT,
        values: [
          of(({ jobId }) => jobId),
          of(({ assetId }) => assetId),
          of(({ listingVersion }) => listingVersion),
          of(({ maxSeconds }) => maxSeconds),
          owner,
          [...fences.keys()],
          [...fences.values()],
          of(({ fence }) => fence.name),
        ],
      });
      return new Map(rows.map((row) => [row.job_id, BigInt(row.id)]));
    },
    async end(id, state, reason) {
      await pool.query("UPDATE placements SET state = $2, reason = $3 WHERE id = $1 AND state = 'open'", [
        id,
        state,
        reason,
      ]);
    },
    async openOf(jobId) {
      const { rows } = await pool.query<{
        id: string;
        asset_id: string;
        listing_version: number;
        max_seconds: number;
        sent: OpenDecision["sent"];
      }>(
        `SELECT p.*, c.state AS sent FROM placements p LEFT JOIN sent_calls c ON c.placement_id = p.id
         WHERE p.job_id = $1 AND p.state = 'open'`,
        [jobId],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const { id, asset_id: assetId, listing_version: listingVersion, max_seconds: maxSeconds, sent } = row;
      return { id: BigInt(id), jobId, assetId, listingVersion, maxSeconds, sent };
    },
  };
}
