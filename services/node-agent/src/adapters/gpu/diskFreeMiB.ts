import { statfsSync } from "node:fs";

/** Free for this agent's own user on the disk of a folder, MiB. */
export function diskFreeMiB(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1_048_576);
}
