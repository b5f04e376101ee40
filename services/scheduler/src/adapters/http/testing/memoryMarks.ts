import type { PayerMarks } from "../../x402/payerMarks.ts";

/** Marks of payers in memory, for tests of the surface alone. */
export function memoryMarks(): PayerMarks {
  const kept = new Map<string, string>();
  return {
    keep: async (jobId, markHash) => void kept.set(jobId, markHash),
    matches: async (jobId, markHash) => kept.get(jobId) === markHash,
  };
}
