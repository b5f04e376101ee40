import type { AssetView } from "@gristmill/shared/api/views";
import type { Option, Want } from "./want.ts";

/**
 * What each asset on a want's list (best first) is worth to it. To be placed at all: its bid. For the
 * cheapest what the price leaves of the bid comes on top; for another objective, where the price is not what the buyer looks at,
 * a part of the bid that shrinks evenly down the list.
 */
export function optionsOf({ bid, demand }: Want, assets: readonly AssetView[]): Option[] {
  const cheapest = (demand.requirements.objective ?? "cheapest") === "cheapest";
  return assets.map((asset, place) => ({
    asset,
    worth: cheapest
      ? Number(2n * bid - (asset.listing?.pricePerSecond ?? 0n))
      : Number(bid) * (1 + (assets.length - place) / assets.length),
  }));
}
