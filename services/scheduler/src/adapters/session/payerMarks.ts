import type { Database } from "../db/database.ts";
import type { PayerMarks } from "../x402/payerMarks.ts";

/** Marks of payers in Postgres: a restarted scheduler still knows who paid. */
export function createPayerMarks({ prisma }: Pick<Database, "prisma">): PayerMarks {
  return {
    async keep(jobId, markHash) {
      await prisma.jobPayer.upsert({ where: { jobId }, create: { jobId, markHash }, update: { markHash } });
    },
    matches: async (jobId, markHash) => (await prisma.jobPayer.count({ where: { jobId, markHash } })) === 1,
  };
}
