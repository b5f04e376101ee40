import { type BigIntStats, constants } from "node:fs";
import { chmod, chown, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Sha256 } from "@gristmill/shared/ids/ids";
import { CHECKPOINT_FILE, NEXT_CHECKPOINT_FILE, WORKLOAD_UID } from "../domain/hardening.ts";
import type { LeaseContext } from "./leasePorts.ts";
import { messageOf } from "./messageOf.ts";

/** Puts what an earlier machine saved where the program looks for it. Without it the work begins anew, which costs time only. */
export async function resumeCheckpoint(
  { ports, journal, dirs }: LeaseContext,
  onProgress: (line: string) => void,
): Promise<void> {
  const { leaseId, workload, artifactsUrl, checkpoint } = journal.record.accepted;
  if (workload.checkpoint === undefined || checkpoint === undefined) return;
  const { sha256, bytes } = checkpoint;
  const file = join(dirs.outDir, CHECKPOINT_FILE);
  try {
    await ports.store.fetch(leaseId, artifactsUrl, sha256, bytes, file);
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    onProgress(`the state that an earlier machine saved could not be fetched, the work begins anew: ${error.message}`);
    return;
  }
  await chmod(file, 0o644);
  if (process.getuid?.() === 0) await chown(file, WORKLOAD_UID, WORKLOAD_UID);
  onProgress(`going on from the state that an earlier machine saved (${bytes} bytes, sha256 ${sha256.slice(0, 12)}…)`);
}

/**
 * Stores each new state that the program saves, until it has ended, and tells the scheduler. A state that cannot be stored is
 * tried again with the next look: the program does not wait for it.
 */
export async function saveCheckpoints(context: LeaseContext, ended: Promise<unknown>): Promise<void> {
  const { ports, journal, dirs } = context;
  const { leaseId, workload } = journal.record.accepted;
  if (workload.checkpoint === undefined) return;
  const everyMs = workload.checkpoint.everySeconds * 1000;
  const hasEnded = ended.then(yes, yes);
  let last: string | undefined;
  while (!(await Promise.race([ports.clock.sleep(everyMs).then(no), hasEnded]))) {
    try {
      const copy = await copyCheckpoint(dirs.outDir, dirs.checkpoint, workload.maxOutputMiB * 1_048_576, last);
      if (copy === undefined) continue;
      const { sha256, bytes } = await ports.store.store(
        leaseId,
        { file: dirs.checkpoint, bytes: copy.bytes },
        "checkpoint",
      );
      last = copy.version;
      ports.link.checkpoint({ leaseId, sha256: sha256 as Sha256, bytes });
      ports.report.step("checkpoint", `${bytes} bytes stored`, { leaseId });
    } catch (error) {
      ports.report.warn("checkpoint", messageOf(error), { leaseId });
    } finally {
      await rm(dirs.checkpoint, { force: true });
    }
  }
}

const yes = () => true;
const no = () => false;

/** What a program saved is no part of its output. */
export async function dropCheckpoint({ journal, dirs }: LeaseContext): Promise<void> {
  if (journal.record.accepted.workload.checkpoint === undefined) return;
  for (const name of [CHECKPOINT_FILE, NEXT_CHECKPOINT_FILE]) {
    await rm(join(dirs.outDir, name), { force: true, recursive: true });
  }
}

/**
 * A copy of the saved state as it was at one moment: a complete file renamed over another is either of the two, and one that is
 * written in place while it is read is none. Whatever lies there is the workload's: a link is not followed, a pipe not opened.
 * @param last version that was copied before
 * @returns undefined when there is none, none that is whole, or none but the last
 */
export async function copyCheckpoint(
  outDir: string,
  to: string,
  maxBytes: number,
  last?: string,
): Promise<{ version: string; bytes: number } | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(outDir, CHECKPOINT_FILE), flags).catch((error: NodeJS.ErrnoException) => {
    if (["ENOENT", "ELOOP", "EACCES", "ENXIO"].includes(error.code ?? "")) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const before = await file.stat({ bigint: true });
    const bytes = Number(before.size);
    if (!before.isFile() || bytes === 0 || bytes > maxBytes || versionOf(before) === last) return undefined;
    const copy = await open(to, "w", 0o600);
    await pipeline(file.createReadStream({ autoClose: false, start: 0, end: bytes - 1 }), copy.createWriteStream());
    const version = versionOf(await file.stat({ bigint: true }));
    return version === versionOf(before) ? { version, bytes } : undefined;
  } finally {
    await file.close();
  }
}

const versionOf = ({ ino, mtimeNs, size }: BigIntStats) => `${ino} ${mtimeNs} ${size}`;
