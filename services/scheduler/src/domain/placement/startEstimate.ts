import type { Facts } from "./facts.ts";
import type { Demand } from "./placement.ts";

/** Of an asset that started nothing yet: one block, the node's own checks, a container. */
const USUAL_START_MS = 5_000;
/** Where nobody says how fast the network is. */
const USUAL_MBPS = 100;
/** Nobody says how big an image is until it is pulled. */
const USUAL_IMAGE_BYTES = 1_073_741_824;

/**
 * How long the job would take to start on an asset, milliseconds: what its last leases took, and what it must still download.
 * An estimate, to choose by: the network's speed may be the provider's word.
 */
export function startEstimateMs({ asset, holds }: Facts, { workload }: Demand): number {
  let missingBytes = holds.has(imageHash(workload.image)) ? 0 : USUAL_IMAGE_BYTES;
  for (const { sha256, bytes } of workload.inputs) if (!holds.has(sha256)) missingBytes += bytes;
  const bytesPerMs = ((asset.network?.downMbps ?? USUAL_MBPS) * 1_000_000) / 8 / 1000;
  const usual = asset.startSeconds === null ? USUAL_START_MS : asset.startSeconds * 1000;
  return usual + Math.ceil(missingBytes / bytesPerMs);
}

function imageHash(image: string): string {
  return image.slice(image.lastIndexOf(":") + 1);
}
