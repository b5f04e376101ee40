import { inferenceInputSchema } from "@gristmill/shared/inference/inferenceInput";
import type { Hex } from "viem";

const key = (jobId: Hex) => `gristmill.question.${jobId}`;
const listKey = "gristmill.questions";
const kept = 20;

/** What was asked, and the salt that opens its commitment. */
export interface Question {
  values: Uint8Array;
  salt: bigint;
}

/** Remembers what a job asks, in this browser only: nobody else could say later what stands behind its commitment. */
export function rememberQuestion(jobId: Hex, { values, salt }: Question): void {
  try {
    const list = [jobId, ...remembered().filter((each) => each !== jobId)];
    localStorage.setItem(key(jobId), JSON.stringify({ values: Array.from(values), salt: salt.toString() }));
    localStorage.setItem(listKey, JSON.stringify(list.slice(0, kept)));
    for (const old of list.slice(kept)) localStorage.removeItem(key(old));
  } catch {
    // Storage may be off: then the answer is shown without the drawing.
  }
}

/** What a job asked, where this browser remembers it. */
export function questionOf(jobId: Hex): Question | undefined {
  try {
    const found = inferenceInputSchema.safeParse(JSON.parse(localStorage.getItem(key(jobId)) ?? "null")).data;
    return found && { values: Uint8Array.from(found.values), salt: found.salt };
  } catch {
    return undefined;
  }
}

function remembered(): Hex[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(listKey) ?? "[]");
    return Array.isArray(list) ? list.filter((each): each is Hex => /^0x[0-9a-f]{64}$/.test(String(each))) : [];
  } catch {
    return [];
  }
}
