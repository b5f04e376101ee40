import type { AssetView } from "@gristmill/shared/api/views";

/** Name in the manifest; by number until the manifest is known. */
export function assetName(asset: AssetView): string {
  return asset.manifest?.name ?? `asset ${asset.assetId}`;
}
