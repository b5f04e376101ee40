import type { Quote } from "@gristmill/shared/api/quote";
import type { Refusal } from "../placement/placement.ts";

/** A refusal as the API shows it. */
export function toRefusal({ asset, ...why }: Refusal): Quote["refused"][number] {
  return { assetId: asset.assetId, name: assetName(asset), ...why };
}

/** Name in the manifest; by number until the manifest is known. */
export function assetName(asset: Refusal["asset"]): string {
  return asset.manifest?.name ?? `asset ${asset.assetId}`;
}
