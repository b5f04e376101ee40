import { addressSchema, jobIdSchema } from "@gristmill/shared/ids/ids";
import type { Database } from "../db/database.ts";
import type { SessionStore } from "../http/access/sessions.ts";

/** Sessions in Postgres: every scheduler process knows them, and a deleted row is out everywhere at once. */
export function createSessionStore({ prisma }: Pick<Database, "prisma">): SessionStore {
  const at = (seconds: number) => new Date(seconds * 1000);
  return {
    async keepNonce(nonce, expiresAt, now) {
      await prisma.signInNonce.deleteMany({ where: { expiresAt: { lte: at(now) } } });
      await prisma.signInNonce.create({ data: { nonce, expiresAt: at(expiresAt) } });
    },
    async takeNonce(nonce, now) {
      const { count } = await prisma.signInNonce.deleteMany({ where: { nonce, expiresAt: { gt: at(now) } } });
      return count === 1;
    },
    async keep({ tokenHash, address, jobs, expiresAt }, now) {
      await prisma.session.deleteMany({ where: { expiresAt: { lte: at(now) } } });
      await prisma.session.create({ data: { tokenHash, address, jobs: [...jobs], expiresAt: at(expiresAt) } });
    },
    async find(tokenHash, now) {
      const row = await prisma.session.findFirst({ where: { tokenHash, expiresAt: { gt: at(now) } } });
      if (row === null) return undefined;
      return {
        tokenHash,
        address: row.address === null ? null : addressSchema.parse(row.address),
        jobs: row.jobs.map((job) => jobIdSchema.parse(job)),
        expiresAt: Math.floor(row.expiresAt.getTime() / 1000),
      };
    },
    async addJob(tokenHash, jobId) {
      const where = { tokenHash, NOT: { jobs: { has: jobId } } };
      await prisma.session.updateMany({ where, data: { jobs: { push: jobId } } });
    },
    async remove(tokenHash) {
      await prisma.session.deleteMany({ where: { tokenHash } });
    },
    async removeAllOf(address) {
      await prisma.session.deleteMany({ where: { address } });
    },
  };
}
