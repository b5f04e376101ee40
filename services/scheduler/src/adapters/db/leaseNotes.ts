import { type LeaseId, leaseIdSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";
import type { LeaseNote, LeaseNotes } from "../../application/ports.ts";
import type { Database } from "./database.ts";

const phaseSchema = z.enum(["pulling", "running", "proving", "captured", "failed"]);
const executorSchema = z.enum(["docker", "runc", "bwrap"]).nullable();

/** What nodes said about leases, and when this scheduler saw them start. */
export function createLeaseNotes({ prisma }: Database): LeaseNotes {
  return {
    async phases(leaseIds) {
      const rows = await prisma.leasePhase.findMany({
        where: { leaseId: { in: [...leaseIds] } },
        orderBy: { at: "asc" },
      });
      const found = new Map<LeaseId, LeaseNote[]>();
      for (const row of rows) {
        const leaseId = leaseIdSchema.parse(row.leaseId);
        const note = {
          phase: phaseSchema.parse(row.phase),
          detail: row.detail,
          at: row.at,
          executor: executorSchema.parse(row.executor),
        };
        found.set(leaseId, [...(found.get(leaseId) ?? []), note]);
      }
      return found;
    },
    async notePhase(leaseId, { phase, detail, at, executor }) {
      await prisma.leasePhase.upsert({
        where: { leaseId_phase: { leaseId, phase } },
        create: { leaseId, phase, detail, executor, at },
        update: { detail, ...(executor === null ? {} : { executor }) },
      });
    },
    async noteStart(leaseId, startedMs) {
      await prisma.leaseStart.createMany({ data: [{ leaseId, startedMs: BigInt(startedMs) }], skipDuplicates: true });
      const row = await prisma.leaseStart.findUniqueOrThrow({ where: { leaseId } });
      return Number(row.startedMs);
    },
    async noteReceipt(leaseId, sequence, proveMs) {
      await prisma.receipt.createMany({ data: [{ leaseId, sequence, proveMs }], skipDuplicates: true });
    },
    async proveTimes(leaseIds) {
      const rows = await prisma.receipt.findMany({ where: { leaseId: { in: [...leaseIds] } } });
      const found = new Map<LeaseId, Map<number, number>>();
      for (const row of rows) {
        const leaseId = leaseIdSchema.parse(row.leaseId);
        found.set(leaseId, (found.get(leaseId) ?? new Map<number, number>()).set(row.sequence, row.proveMs));
      }
      return found;
    },
  };
}
