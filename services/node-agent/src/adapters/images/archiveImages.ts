import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { Executor } from "../../application/ports.ts";
import { archiveOf, digestOf, readArchive } from "./archive.ts";
import { unpackImage } from "./unpackImage.ts";

/** Images for the rungs without an engine: from the archive folder, unpacked once. */
export function archiveImages(
  imagesDir: string,
  imageStore: string | undefined,
): { image: Executor["image"]; rootfs(imageId: string): string } {
  return {
    async image(reference, onProgress) {
      const digest = digestOf(reference);
      const file = archiveOf(imageStore, digest);
      if (file === undefined) {
        throw new BaseError(
          "workload_failed",
          `this node has no Docker engine, so it cannot pull ${reference}, and its archive folder does not hold it`,
        );
      }
      onProgress("unpacking the image from the archive folder");
      const archive = await readArchive(file, digest);
      await unpackImage(file, archive, imagesDir);
      return archive.image;
    },
    rootfs: (imageId) => join(imagesDir, imageId, "rootfs"),
  };
}
