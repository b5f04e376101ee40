import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { type Sha256, sha256Schema } from "@gristmill/shared/ids/ids";
import type { ArtifactStore } from "./artifactStore.ts";

export interface ArtifactStoreOptions {
  /** Folder of this store alone; made when it is missing. */
  folder: string;
  /** Largest artifact, bytes. Default 64 MiB. */
  maxBytes?: number;
  /** All artifacts together, bytes: strangers may upload, and a full disk would stop everything else. Default 16 GiB. */
  maxTotalBytes?: number;
}

/** Content-addressed files: `<folder>/<first two digits>/<sha256>`. Survives a crash at any point with whole files only. */
export async function openArtifactStore(options: ArtifactStoreOptions): Promise<ArtifactStore> {
  const { folder, maxBytes = 64 * 1024 * 1024, maxTotalBytes = 16 * 1024 ** 3 } = options;
  const incoming = join(folder, "incoming");
  // What an earlier process did not finish is of no use to anybody.
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });

  let totalBytes = await sizeOf(folder);

  const folderOf = (sha256: string) => join(folder, sha256.slice(0, 2));
  const fileOf = (sha256: string) => {
    // The only way from a request to a path: anything but 64 hex digits never reaches the file system.
    const name = sha256Schema.parse(sha256);
    return join(folderOf(name), name);
  };

  return {
    async put(content, beforeKept) {
      // Every byte has its place before it is written: what several upload at once counts together.
      let reserved = 0;
      const reserve = (bytes: number) => {
        if (totalBytes + bytes > maxTotalBytes) {
          throw new BaseError(
            "artifact_too_large",
            "this scheduler stores no more artifacts: its share of the disk is used up",
          );
        }
        totalBytes += bytes;
        reserved += bytes;
      };
      const temporary = join(incoming, randomUUID());
      const file = await open(temporary, "wx", 0o600);
      try {
        const written = await writeHashed(file, content, maxBytes, reserve).finally(() => file.close());
        await beforeKept?.(written.sha256);
        const isNew = (await stat(fileOf(written.sha256)).catch(absent)) === undefined;
        const target = folderOf(written.sha256);
        await mkdir(target, { recursive: true });
        await rename(temporary, fileOf(written.sha256));
        // Equal content takes its place once.
        if (isNew) reserved = 0;
        await syncFolder(target);
        return written;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      } finally {
        totalBytes -= reserved;
      }
    },
    async open(sha256, part) {
      const file = await open(fileOf(sha256), "r").catch(absent);
      if (!file) return undefined;
      return { bytes: (await file.stat()).size, content: file.createReadStream(part) };
    },
    async remove(sha256) {
      const bytes = (await stat(fileOf(sha256)).catch(absent))?.size;
      if (bytes === undefined) return;
      await rm(fileOf(sha256), { force: true });
      totalBytes -= bytes;
    },
    async bytesOf(sha256) {
      return (await stat(fileOf(sha256)).catch(absent))?.size;
    },
  };
}

async function writeHashed(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
  reserve: (bytes: number) => void,
) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new BaseError("artifact_too_large", `an artifact has at most ${maxBytes} bytes, this one has more`);
    }
    reserve(chunk.byteLength);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { sha256: hash.digest("hex") as Sha256, bytes };
}

/** Without it a power cut could lose the name of a file whose content is safe. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function absent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
