import { addressSchema, bytes32Schema } from "@gristmill/shared/ids/ids";
import { manifestSchema } from "@gristmill/shared/manifest/manifest";
import type { NodeStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";

/** Unix milliseconds by the database's clock. */
const DB_NOW_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/**
 * Nodes as they last said hello, and every manifest ever seen.
 * @param process name of this scheduler process
 */
export function createNodeStore({ prisma, pool }: Database, process: string): NodeStore {
  return {
    async all() {
      const rows = await prisma.node.findMany();
      return rows.map((row) => ({
        node: addressSchema.parse(row.node),
        provider: addressSchema.parse(row.provider),
        manifest: manifestSchema.parse(row.manifest),
        manifestHash: bytes32Schema.parse(row.manifestHash),
        pairing: { deadline: Number(row.pairingDeadline), signature: row.pairingSignature },
        lastSeenMs: row.lastSeenMs === null ? null : Number(row.lastSeenMs),
      }));
    },
    async keep({ node, provider, manifest, manifestHash, pairing, lastSeenMs }) {
      const row = {
        provider,
        manifest,
        manifestHash,
        pairingDeadline: BigInt(pairing.deadline),
        pairingSignature: pairing.signature,
        lastSeenMs: lastSeenMs === null ? null : BigInt(lastSeenMs),
      };
      await prisma.$transaction([
        prisma.node.upsert({ where: { node }, create: { node, ...row }, update: row }),
        prisma.manifest.createMany({ data: [{ hash: manifestHash, manifest }], skipDuplicates: true }),
      ]);
    },
    async seen(beats) {
      if (beats.length === 0) return;
      await pool.query(
        `UPDATE nodes SET last_seen_ms = ${DB_NOW_MS} - beats.silent_ms, heard_by = $4, draining = beats.draining
         FROM unnest($1::text[], $2::bigint[], $3::bool[]) AS beats (node, silent_ms, draining) WHERE nodes.node = beats.node`,
        [
          beats.map((beat) => beat.node),
          beats.map((beat) => beat.silentMs),
          beats.map((beat) => beat.draining),
          process,
        ],
      );
    },
    async heardElsewhere(withinMs) {
      const { rows } = await pool.query<{ node: string; hash: string; silent_ms: string; draining: boolean }>(
        `SELECT node, manifest_hash AS hash, ${DB_NOW_MS} - last_seen_ms AS silent_ms, draining FROM nodes
         WHERE heard_by NOT IN ('', $1) AND last_seen_ms > ${DB_NOW_MS} - $2::bigint`,
        [process, Math.ceil(withinMs)],
      );
      return rows.map((row) => ({
        node: addressSchema.parse(row.node),
        manifestHash: bytes32Schema.parse(row.hash),
        silentMs: Math.max(0, Number(row.silent_ms)),
        draining: row.draining,
      }));
    },
    async manifests() {
      const rows = await prisma.manifest.findMany();
      return new Map(rows.map((row) => [bytes32Schema.parse(row.hash), manifestSchema.parse(row.manifest)]));
    },
  };
}
