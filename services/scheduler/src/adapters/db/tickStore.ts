import { hexSchema, type LeaseId } from "@gristmill/shared/ids/ids";
import type { TickStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";
import type { Tick } from "./generated/client.ts";

const read = (row: Tick) => ({
  from: Number(row.from),
  to: Number(row.to),
  head: BigInt(row.head),
  signature: hexSchema.parse(row.signature),
});

/** Every tick the notary signed. */
export function createTickStore({ prisma, pool }: Database): TickStore {
  return {
    async last(leaseId, sequence) {
      const row = await prisma.tick.findFirst({ where: { leaseId, sequence }, orderBy: { to: "desc" } });
      return row === null ? undefined : read(row);
    },
    async at(leaseId, sequence, to) {
      const row = await prisma.tick.findUnique({
        where: { leaseId_sequence_to: { leaseId, sequence, to: BigInt(to) } },
      });
      return row === null ? undefined : read(row);
    },
    async keep(leaseId, sequence, { from, to, head }, signature) {
      const { count } = await prisma.tick.createMany({
        data: [{ leaseId, sequence, to: BigInt(to), from: BigInt(from), head: head.toString(), signature }],
        skipDuplicates: true,
      });
      return count === 1;
    },
    async metered(leaseIds) {
      if (leaseIds.length === 0) return new Map();
      const { rows } = await pool.query<{ lease_id: LeaseId; seconds: string }>(
        `SELECT lease_id, sum(seconds) AS seconds FROM (
           SELECT lease_id, max("to") - min("from") AS seconds FROM ticks WHERE lease_id = ANY($1) GROUP BY lease_id, sequence
         ) AS receipts GROUP BY lease_id`,
        [leaseIds],
      );
      return new Map(rows.map((row) => [row.lease_id, Number(row.seconds)]));
    },
  };
}
