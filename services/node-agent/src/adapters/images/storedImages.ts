import { existsSync, readdirSync } from "node:fs";

import { type Sha256, sha256Schema } from "@gristmill/shared/ids/ids";

/** Digests of the images in the archive folder, 64 hex digits. */
export function storedImages(imageStore: string | undefined): Sha256[] {
  if (imageStore === undefined || !existsSync(imageStore)) return [];
  return readdirSync(imageStore).flatMap((name) => {
    const digest = sha256Schema.safeParse(name.replace(/\.tar$/, ""));
    return digest.success && name.endsWith(".tar") ? [digest.data] : [];
  });
}
