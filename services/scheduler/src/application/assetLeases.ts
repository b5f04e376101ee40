import type { Address } from "viem";
import type { AssetRecord, LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import type { TrustBook } from "./trustBook.ts";

interface AssetLeases {
  /** Leases of each asset, oldest first. */
  leases: ReadonlyMap<string, readonly LeaseRecord[]>;
  /** Units of an asset's node that live leases of its other assets hold. */
  busyUnits(asset: AssetRecord, trust: TrustBook): bigint;
}

const known = new WeakMap<MarketState, AssetLeases>();

/** What a state's leases mean for its assets, worked out once for each state. */
export function assetLeases(state: MarketState): AssetLeases {
  const before = known.get(state);
  if (before !== undefined) return before;
  const leases = new Map<string, LeaseRecord[]>();
  for (const lease of state.leases.values()) {
    const of = leases.get(lease.assetId);
    if (of === undefined) leases.set(lease.assetId, [lease]);
    else of.push(lease);
  }
  const leased = new Map<Address, AssetRecord[]>();
  for (const asset of state.assets.values()) {
    if (asset.liveLease !== null) leased.set(asset.node, [...(leased.get(asset.node) ?? []), asset]);
  }
  const made: AssetLeases = {
    leases,
    busyUnits: (asset, trust) =>
      (leased.get(asset.node) ?? [])
        .filter((other) => other.assetId !== asset.assetId)
        .reduce((units, other) => units | (trust.asset(other.assetId)?.units ?? 0n), 0n),
  };
  known.set(state, made);
  return made;
}
