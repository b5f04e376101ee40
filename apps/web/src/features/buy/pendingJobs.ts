import { type Terms, termsSchema } from "@gristmill/shared/job/terms";
import { toWire } from "@gristmill/shared/units/toWire";
import type { Hex } from "viem";

const key = "gristmill.signed-jobs";
const kept = 20;

const termsKey = (jobId: Hex) => `gristmill.signed-terms.${jobId}`;

/**
 * Remembers that a payment for this job was signed, so that a reload or a lost answer loses nothing. The terms are the key to
 * the job's vault: should the scheduler vanish before the job is opened on chain, no one else has them.
 */
export function rememberSignedJob(jobId: Hex, terms: Terms): void {
  try {
    const list = [jobId, ...signedJobs().filter((each) => each !== jobId)];
    localStorage.setItem(termsKey(jobId), JSON.stringify(toWire(terms)));
    localStorage.setItem(key, JSON.stringify(list.slice(0, kept)));
    for (const old of list.slice(kept)) localStorage.removeItem(termsKey(old));
  } catch {
    // Storage may be off; the job is still found by its buyer on the jobs page.
  }
}

/** Forgets a job whose signature is void: no money can come of it. */
export function forgetSignedJob(jobId: Hex): void {
  try {
    localStorage.setItem(key, JSON.stringify(signedJobs().filter((each) => each !== jobId)));
    localStorage.removeItem(termsKey(jobId));
  } catch {
    // Storage may be off; then nothing was remembered.
  }
}

/** Jobs signed in this browser, newest first. */
export function signedJobs(): Hex[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list.filter((each): each is Hex => /^0x[0-9a-f]{64}$/.test(String(each))) : [];
  } catch {
    return [];
  }
}

/** What was signed for, where this browser remembers it. */
export function signedTerms(jobId: Hex): Terms | undefined {
  try {
    return termsSchema.safeParse(JSON.parse(localStorage.getItem(termsKey(jobId)) ?? "null")).data;
  } catch {
    return undefined;
  }
}
