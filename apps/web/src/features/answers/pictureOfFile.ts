import { levelsOf } from "./ink.ts";

/** Reads an image file, scaled to the model's square. It does not leave the browser. @throws for a file that is no image */
export async function pictureOfFile(file: File, side: number): Promise<Uint8Array> {
  const image = await createImageBitmap(file, { resizeWidth: side, resizeHeight: side, resizeQuality: "high" });
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot read pictures.");
  context.drawImage(image, 0, 0);
  image.close();
  return levelsOf(context.getImageData(0, 0, side, side).data);
}
