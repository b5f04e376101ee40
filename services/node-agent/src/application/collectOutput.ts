import { access, constants, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { canonicalJson } from "@gristmill/shared/ids/canonicalJson";
import type { LeaseId, Sha256 } from "@gristmill/shared/ids/ids";
import { type OutputManifest, outputCommitment } from "@gristmill/shared/receipt/output";
import type { Hex } from "viem";
import type { ArtifactStore } from "./ports.ts";

const MAX_FILES = 1000;
const MAX_DEPTH = 16;

/** A regular file under /out. */
export interface OutputFile {
  /** Relative, with `/`. */
  path: string;
  bytes: number;
}

/**
 * Lists what a workload left. Only regular files count: a link, device or socket is skipped and named, for it could point
 * anywhere on this machine. The container must have ended.
 * @throws BaseError `artifact_too_large` past the size or the number of files
 */
export async function listOutputs(dir: string, maxBytes: number): Promise<{ files: OutputFile[]; skipped: string[] }> {
  const files: OutputFile[] = [];
  const skipped: string[] = [];
  let total = 0;
  const walk = async (relative: string, depth: number): Promise<void> => {
    for (const name of await readdir(join(dir, relative))) {
      const path = relative === "" ? name : `${relative}/${name}`;
      if (files.length + skipped.length > MAX_FILES) {
        throw new BaseError("artifact_too_large", `the workload left more than ${MAX_FILES} files`);
      }
      const stat = await lstat(join(dir, path)).catch(() => undefined);
      if (stat === undefined) continue; // It went away while the workload still runs.
      const mode = stat.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK;
      // An agent that is not root may meet what the workload made unreadable for others. A link is never followed, even here.
      const readable = !stat.isSymbolicLink() && (await access(join(dir, path), mode).then(yes, no));
      if (stat.isDirectory() && depth < MAX_DEPTH && readable) {
        await walk(path, depth + 1);
      } else if (!readable || !stat.isFile() || stat.nlink > 1 || path.length > 256 || hasControlCharacter(path)) {
        skipped.push(path.slice(0, 256));
      } else {
        total += stat.size;
        if (total > maxBytes) {
          throw new BaseError(
            "artifact_too_large",
            `the workload left more than ${maxBytes / 1_048_576} MiB under /out`,
          );
        }
        files.push({ path, bytes: stat.size });
      }
    }
  };
  await walk("", 0);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, skipped };
}

const yes = () => true;
const no = () => false;

function hasControlCharacter(path: string): boolean {
  return [...path].some((letter) => letter < " " || letter === "\u007f" || letter === "\ufffd");
}

/** Stores every output file and the manifest that names them. */
export async function collectOutput(options: {
  outDir: string;
  maxBytes: number;
  exitCode: number;
  leaseId: LeaseId;
  store: Pick<ArtifactStore, "store">;
}): Promise<{ manifest: OutputManifest; commitment: Hex; skipped: string[] }> {
  const { files, skipped } = await listOutputs(options.outDir, options.maxBytes);
  const stored: OutputManifest["files"] = [];
  for (const { path, bytes } of files) {
    const artifact = await options.store.store(options.leaseId, { file: join(options.outDir, path), bytes });
    stored.push({ path, sha256: artifact.sha256 as Sha256, bytes: artifact.bytes });
  }
  const manifest: OutputManifest = { version: 1, exitCode: options.exitCode, files: stored };
  await options.store.store(options.leaseId, { text: canonicalJson(manifest) });
  return { manifest, commitment: outputCommitment(manifest), skipped };
}
