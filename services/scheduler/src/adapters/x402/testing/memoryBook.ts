import type { PaymentAttempt, PaymentBook } from "../paymentBook.ts";

/** Payments on their way, in memory: kept by the test over a restart of the surface. */
export function memoryBook(): PaymentBook {
  const attempts = new Map<string, PaymentAttempt>();
  const identifiers = new Map<string, string>();
  return {
    keep: async (jobId, attempt) => void attempts.set(jobId, attempt),
    find: async (jobId) => attempts.get(jobId),
    forget: async (jobId) => void attempts.delete(jobId),
    async claimIdentifier(payer, identifier, jobId) {
      const key = `${payer.toLowerCase()} ${identifier}`;
      const kept = identifiers.get(key) ?? jobId;
      identifiers.set(key, kept);
      return kept;
    },
  };
}
