import { addressSchema, bytes32Schema } from "@gristmill/shared/ids/ids";
import { manifestSchema } from "@gristmill/shared/manifest/manifest";
import type { NodeStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";

/** Nodes as they last said hello, and every manifest ever seen. */
export function createNodeStore({ prisma, pool }: Database): NodeStore {
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
      await pool.query(
        `UPDATE nodes SET last_seen_ms = beats.at_ms
         FROM unnest($1::text[], $2::bigint[]) AS beats (node, at_ms) WHERE nodes.node = beats.node`,
        [beats.map((beat) => beat.node), beats.map((beat) => beat.atMs)],
      );
    },
    async manifests() {
      const rows = await prisma.manifest.findMany();
      return new Map(rows.map((row) => [bytes32Schema.parse(row.hash), manifestSchema.parse(row.manifest)]));
    },
  };
}
