import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { type Sha256, sha256Schema } from "@gristmill/shared/ids/ids";
import type { ArtifactStore } from "./artifactStore.ts";

export interface ArtifactStoreOptions {
  /** Folder of this store alone; made when it is missing. */
  folder: string;
  /** Largest artifact, bytes. Default 64 MiB. */
  maxBytes?: number;
}

/** Content-addressed files: `<folder>/<first two digits>/<sha256>`. Survives a crash at any point with whole files only. */
export async function openArtifactStore(options: ArtifactStoreOptions): Promise<ArtifactStore> {
  const { folder, maxBytes = 64 * 1024 * 1024 } = options;
  const incoming = join(folder, "incoming");
  // What an earlier process did not finish is of no use to anybody.
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });

  const folderOf = (sha256: string) => join(folder, sha256.slice(0, 2));
  const fileOf = (sha256: string) => {
    // The only way from a request to a path: anything but 64 hex digits never reaches the file system.
    const name = sha256Schema.parse(sha256);
    return join(folderOf(name), name);
  };

  return {
    async put(content) {
      const temporary = join(incoming, randomUUID());
      const file = await open(temporary, "wx", 0o600);
      try {
        const written = await writeHashed(file, content, maxBytes).finally(() => file.close());
        const target = folderOf(written.sha256);
        await mkdir(target, { recursive: true });
        await rename(temporary, fileOf(written.sha256));
        await syncFolder(target);
        return written;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async open(sha256) {
      const file = await open(fileOf(sha256), "r").catch(absent);
      if (!file) return undefined;
      return { bytes: (await file.stat()).size, content: file.createReadStream() };
    },
    async bytesOf(sha256) {
      return (await stat(fileOf(sha256)).catch(absent))?.size;
    },
  };
}

async function writeHashed(file: FileHandle, content: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new BaseError("artifact_too_large", `an artifact has at most ${maxBytes} bytes, this one has more`);
    }
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

function absent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
