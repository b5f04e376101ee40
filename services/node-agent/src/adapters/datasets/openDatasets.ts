import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Sha256, sha256Schema } from "@gristmill/shared/ids/ids";
import type { Datasets } from "./withDatasets.ts";

/** Hashes the files of a folder, once at start: what a provider puts there is shown to the market by its hash. */
export async function openDatasets(folder: string | undefined): Promise<Datasets> {
  const files = new Map<Sha256, string>();
  if (folder === undefined) return files;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(folder, entry.name);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    files.set(sha256Schema.parse(hash.digest("hex")), file);
  }
  return files;
}
