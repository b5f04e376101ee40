import { chmodSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { marketIdOf } from "../checkout.ts";

/** The account without rights that Postgres and jobs run as when this process is root ("nobody" on Linux). */
export const NOBODY = 65534;

/** Whether an account without rights can reach into the folder: every folder on the way must let others pass. */
export function isReachableByOthers(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * A folder where files can be kept for a program that runs as {@link NOBODY}. It is the `.mill` folder itself, unless this
 * process is root and the checkout lies in a private folder such as `/root`.
 *
 * @param millDir - the `.mill` folder; created when missing
 */
export function readablePlace(millDir: string): string {
  mkdirSync(millDir, { recursive: true });
  if (process.getuid?.() !== 0) return millDir;
  // This folder is ours, so it may let others pass (not list); what is secret in it is closed by its own mode.
  chmodSync(millDir, statSync(millDir).mode | 0o001);
  if (isReachableByOthers(millDir)) return millDir;
  const elsewhere = join("/var/lib/gristmill", marketIdOf(millDir));
  mkdirSync(elsewhere, { recursive: true });
  // A strict umask must not make this place unreachable too.
  chmodSync(dirname(elsewhere), 0o755);
  chmodSync(elsewhere, 0o755);
  return elsewhere;
}
