import { type Address, zeroAddress } from "viem";
import type { MarketState } from "../domain/lifecycle/marketState.ts";
import type { TrustBook } from "./trustBook.ts";

/** Reads what the chain says of every asset that can be rented, and of its owner. */
export async function refreshTrust(trust: TrustBook, state: MarketState): Promise<void> {
  const assets = [...state.assets.values()].filter(({ listing, owner }) => listing !== null && owner !== zeroAddress);
  const owners = new Set<Address>(assets.map(({ owner }) => owner));
  await trust.refresh(
    assets.map(({ assetId }) => assetId),
    [...owners],
  );
}
