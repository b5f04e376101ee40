import { hexSchema } from "@gristmill/shared/ids/ids";
import type { JobNotes } from "../../application/ports.ts";
import type { Database } from "./database.ts";

/** What only the scheduler knows of a job. */
export function createJobNotes({ prisma }: Database): JobNotes {
  return {
    async note(jobId) {
      const row = await prisma.job.findUnique({ where: { jobId }, select: { note: true } });
      return row?.note ?? "";
    },
    async setNote(jobId, note) {
      await prisma.job.upsert({ where: { jobId }, create: { jobId, note }, update: { note } });
    },
    async keepAcceptance(jobId, spent, signature) {
      const words = { acceptanceSpent: spent.toString(), acceptanceSignature: signature };
      await prisma.$transaction([
        prisma.job.upsert({ where: { jobId }, create: { jobId, ...words }, update: words }),
        prisma.outbox.create({ data: { task: "relayAcceptance", payload: { jobId } } }),
      ]);
    },
    async acceptance(jobId) {
      const row = await prisma.job.findUnique({ where: { jobId } });
      if (row?.acceptanceSpent == null || row.acceptanceSignature == null) return undefined;
      return { spent: BigInt(row.acceptanceSpent), signature: hexSchema.parse(row.acceptanceSignature) };
    },
  };
}
