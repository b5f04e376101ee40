import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "@gristmill/shared/ids/canonicalJson";
import type { LeaseId, Sha256 } from "@gristmill/shared/ids/ids";
import { type OutputManifest, outputCommitment } from "@gristmill/shared/receipt/output";
import { z } from "zod";
import type { collectOutput } from "./collectOutput.ts";
import { ANSWER_FILE } from "./openInput.ts";
import type { ArtifactStore } from "./ports.ts";

const MAX_BYTES = 4096;
/** No model has more classes, so that no program can say more. */
const answerSchema = z.object({ class: z.number().int().min(0).max(4095) });

/** The class that the workload left, undefined where it left none. The container must have ended. */
export async function readAnswer(outDir: string): Promise<number | undefined> {
  const file = join(outDir, ANSWER_FILE);
  const stat = await lstat(file).catch(() => undefined);
  // A link, a pipe or a device could point anywhere on this machine, or never end.
  if (!stat?.isFile() || stat.nlink > 1 || stat.size > MAX_BYTES) return undefined;
  try {
    return answerSchema.parse(JSON.parse(await readFile(file, "utf8"))).class;
  } catch {
    return undefined;
  }
}

/**
 * Keeps the class, written anew, and nothing else of what the workload left: the program read an input that only this node may
 * see, and its outputs are stored at the scheduler.
 */
export async function collectAnswer(options: {
  outDir: string;
  exitCode: number;
  leaseId: LeaseId;
  store: Pick<ArtifactStore, "store">;
}): Promise<Awaited<ReturnType<typeof collectOutput>>> {
  const { outDir, exitCode, leaseId, store } = options;
  const answer = await readAnswer(outDir);
  const files: OutputManifest["files"] = [];
  if (answer !== undefined) {
    const { sha256, bytes } = await store.store(leaseId, { text: canonicalJson({ class: answer }) });
    files.push({ path: ANSWER_FILE, sha256: sha256 as Sha256, bytes });
  }
  const manifest: OutputManifest = { version: 1, exitCode, files };
  await store.store(leaseId, { text: canonicalJson(manifest) });
  return { manifest, commitment: outputCommitment(manifest), skipped: [] };
}
