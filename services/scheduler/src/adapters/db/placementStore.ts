import type { JobId } from "@gristmill/shared/ids/ids";
import type pg from "pg";
import type { Decision, DecisionStore, OpenDecision } from "../../application/decisions.ts";
import type { Database } from "./database.ts";
import { inTransaction } from "./inTransaction.ts";

/** How long an open decision is left to whoever made it, before the queue looks at its job again. */
const LOOK_AGAIN_MS = 5000;

/**
 * One statement, and so one round trip and one flush, for a whole batch: the ownership is checked and kept from moving, the
 * decisions are inserted where neither job nor asset has an open one, and one outbox row brings the queue tasks that look after
 * them (a look too many does no harm). Inserted in the order of assets: two processes that want the same ones wait for each other
 * in one direction only. The sequence grows by more than a batch, so the ids follow from one number; which of them were kept is
 * said only when some were not.
 */
const COMMIT = `
  WITH held AS (
    SELECT o.name, o.token FROM ownerships o
    JOIN unnest($6::text[], $7::bigint[]) AS wanted (name, token) ON o.name = wanted.name AND o.token = wanted.token
    WHERE o.owner = $5 AND o.expires_at > clock_timestamp() FOR SHARE OF o
  ), base AS MATERIALIZED (
    SELECT nextval('placements_id_seq') AS id
  ), made AS (
    INSERT INTO placements (id, job_id, asset_id, listing_version, max_seconds, member, partition, token, state)
    SELECT base.id + d.place, d.job_id, d.asset_id, d.listing_version, d.max_seconds, d.member, held.name, held.token, 'open'
    FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $8::text[], $10::int[])
      WITH ORDINALITY AS d (job_id, asset_id, listing_version, max_seconds, partition, member, place)
    JOIN held ON held.name = d.partition CROSS JOIN base ORDER BY d.asset_id
    ON CONFLICT DO NOTHING RETURNING id
  ), tied AS (
    INSERT INTO outbox (task, payload, delay_ms)
    SELECT 'advanceJob', $9, ${LOOK_AGAIN_MS} WHERE EXISTS (SELECT FROM made)
  )
  SELECT base.id, CASE WHEN (SELECT count(*) FROM made) < cardinality($1::text[])
    THEN (SELECT coalesce(string_agg((made.id - base.id)::text, ','), '') FROM made) END AS kept FROM base`;

/** As Postgres reads an array; ids, hashes and numbers need no quoting. */
const arrayOf = (values: readonly (string | number | bigint)[]) => `{${values.join(",")}}`;

/** Inserts what each decision chose. @returns the id of each decision that was kept whole, or in part */
async function insert(
  client: pg.Pool | pg.PoolClient,
  owner: string,
  decisions: readonly Decision[],
): Promise<{ ids: Map<JobId, bigint>; complete: boolean }> {
  const chosen = decisions.flatMap(({ members, ...decision }) =>
    members.map((each, member) => ({ ...decision, ...each, member })),
  );
  const fences = new Map(decisions.map(({ fence }) => [fence.name, fence.token]));
  const of = (pick: (row: (typeof chosen)[number]) => string | number) => arrayOf(chosen.map(pick));
  const { rows } = await client.query<{ id: string; kept: string | null }>({
    name: "commit-decisions",
    text: COMMIT,
    values: [
      of(({ jobId }) => jobId),
      of(({ assetId }) => assetId),
      of(({ listingVersion }) => listingVersion),
      of(({ maxSeconds }) => maxSeconds),
      owner,
      arrayOf([...fences.keys()]),
      arrayOf([...fences.values()]),
      of(({ fence }) => fence.name),
      JSON.stringify(decisions.map(({ jobId }) => ({ jobId }))),
      of(({ member }) => member),
    ],
  });
  const base = BigInt(rows[0]?.id ?? 0);
  const kept = rows[0]?.kept?.split(",").filter((place) => place !== "");
  const places = kept?.map(Number) ?? chosen.map((_, index) => index + 1);
  const ids = places.flatMap((place): [JobId, bigint][] => {
    const row = chosen[place - 1];
    return row?.member === 0 ? [[row.jobId, base + BigInt(place)]] : [];
  });
  return { ids: new Map(ids), complete: kept === undefined };
}

/** Decisions in Postgres, in batches by raw SQL. */
export function createPlacementStore({ pool }: Database): DecisionStore {
  /** All members or none: what was inserted before one that could not be is taken back. */
  const commitGang = (owner: string, decision: Decision): Promise<Map<JobId, bigint>> =>
    inTransaction(pool, async (client) => {
      await client.query("SAVEPOINT gang");
      const { ids, complete } = await insert(client, owner, [decision]);
      if (complete) return ids;
      await client.query("ROLLBACK TO SAVEPOINT gang");
      return new Map();
    });

  return {
    async commit(owner, decisions) {
      const singles = decisions.filter(({ members }) => members.length === 1);
      const { ids } = singles.length === 0 ? { ids: new Map() } : await insert(pool, owner, singles);
      for (const decision of decisions) {
        if (decision.members.length > 1) for (const [job, id] of await commitGang(owner, decision)) ids.set(job, id);
      }
      return ids;
    },
    async end(id, state, reason) {
      await pool.query(
        `UPDATE placements SET state = $2, reason = $3 WHERE state = 'open'
         AND job_id = (SELECT job_id FROM placements WHERE id = $1 AND state = 'open')`,
        [id, state, reason],
      );
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
         WHERE p.job_id = $1 AND p.state = 'open' ORDER BY p.member`,
        [jobId],
      );
      const [first, ...rest] = rows;
      if (first === undefined) return undefined;
      const memberOf = ({ asset_id, listing_version, max_seconds }: typeof first) => {
        return { assetId: asset_id, listingVersion: listing_version, maxSeconds: max_seconds };
      };
      return { id: BigInt(first.id), jobId, members: [memberOf(first), ...rest.map(memberOf)], sent: first.sent };
    },
  };
}
