import type { Hex } from "viem";

const key = "gristmill.signed-jobs";
const kept = 20;

/** Remembers that a payment for this job was signed, so that a reload or a lost answer loses nothing. */
export function rememberSignedJob(jobId: Hex): void {
  try {
    localStorage.setItem(key, JSON.stringify([jobId, ...signedJobs().filter((each) => each !== jobId)].slice(0, kept)));
  } catch {
    // Storage may be off; the job is still found by its buyer on the jobs page.
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
