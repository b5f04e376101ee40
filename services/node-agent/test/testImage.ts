import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildJobImage, type JobImage } from "@gristmill/tools/images/buildJobImage";

/** The probe program as an image, in an archive folder of its own. */
export function testImage(): JobImage & { imageStore: string } {
  const imageStore = mkdtempSync(join(tmpdir(), "gristmill-images-"));
  const image = buildJobImage({
    name: "gristmill/probe",
    programDir: join(import.meta.dirname, "probe"),
    outDir: imageStore,
  });
  return { ...image, imageStore };
}
