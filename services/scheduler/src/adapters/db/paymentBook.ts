import { addressSchema, bytes32Schema } from "@gristmill/shared/ids/ids";
import type { PaymentBook } from "../x402/paymentBook.ts";
import type { Database } from "./database.ts";

/** Payments on their way, in Postgres. */
export function createPaymentBook({ pool }: Pick<Database, "pool">): PaymentBook {
  return {
    async keep(jobId, { payer, nonce, validBefore, txHash }) {
      await pool.query(
        `INSERT INTO payment_attempts (job_id, payer, nonce, valid_before, tx_hash) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (job_id) DO UPDATE SET payer = $2, nonce = $3, valid_before = $4, tx_hash = $5`,
        [jobId, payer, nonce, validBefore, txHash ?? null],
      );
    },
    async find(jobId) {
      const { rows } = await pool.query<{ payer: string; nonce: string; valid_before: string; tx_hash: string | null }>(
        "SELECT payer, nonce, valid_before, tx_hash FROM payment_attempts WHERE job_id = $1",
        [jobId],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return {
        payer: addressSchema.parse(row.payer),
        nonce: bytes32Schema.parse(row.nonce),
        validBefore: BigInt(row.valid_before),
        txHash: row.tx_hash === null ? undefined : bytes32Schema.parse(row.tx_hash),
      };
    },
    async forget(jobId) {
      await pool.query("DELETE FROM payment_attempts WHERE job_id = $1", [jobId]);
    },
    async claimIdentifier(payer, identifier, jobId) {
      // The update changes nothing; it lets the row be read in the same statement, whoever wrote it first.
      const { rows } = await pool.query<{ job_id: string }>(
        `INSERT INTO payment_identifiers AS p (payer, identifier, job_id) VALUES (lower($1), $2, $3)
         ON CONFLICT (payer, identifier) DO UPDATE SET job_id = p.job_id RETURNING job_id`,
        [payer, identifier, jobId],
      );
      return rows[0]?.job_id ?? jobId;
    },
  };
}
