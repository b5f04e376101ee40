import type { AssetView } from "@gristmill/shared/api/views";
import { hexToString } from "viem";
import type { AssetRecord, LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import type { Fleet } from "./fleet.ts";

/** ISO country of the chain's two bytes. */
const regionOf = (region: AssetRecord["region"]) => hexToString(region).replaceAll("\0", "");

const leasesByAsset = new WeakMap<MarketState, Map<string, LeaseRecord[]>>();

/** Leases of each asset, worked out once for each state. */
function leasesOf(state: MarketState): Map<string, LeaseRecord[]> {
  const known = leasesByAsset.get(state);
  if (known !== undefined) return known;
  const leases = new Map<string, LeaseRecord[]>();
  for (const lease of state.leases.values()) {
    const of = leases.get(lease.assetId);
    if (of === undefined) leases.set(lease.assetId, [lease]);
    else of.push(lease);
  }
  leasesByAsset.set(state, leases);
  return leases;
}

/** All assets as placement and the marketplace see them, at the chain's time `now`. */
export function assetViews(state: MarketState, fleet: Fleet, now: number): AssetView[] {
  const leases = leasesOf(state);
  return [...state.assets.values()].map((asset) =>
    assetView(asset, leases.get(asset.assetId) ?? [], state, fleet, now),
  );
}

function assetView(
  asset: AssetRecord,
  leases: readonly LeaseRecord[],
  state: MarketState,
  fleet: Fleet,
  now: number,
): AssetView {
  const member = fleet.find(asset.node);
  const { listing } = asset;
  return {
    assetId: asset.assetId,
    provider: asset.owner,
    node: asset.node,
    manifest: fleet.manifest(asset.manifestHash) ?? null,
    manifestHash: asset.manifestHash,
    gpuCount: asset.gpuCount,
    memoryBytes: asset.memoryBytes,
    region: regionOf(asset.region),
    attestedUntil: asset.attestedUntil,
    attestation: "self-measured",
    listing: listing === null ? null : { ...withoutToken(listing) },
    availability: availability(asset, state, fleet, now),
    lastSeenAt: member?.lastSeenMs == null ? null : Math.floor(member.lastSeenMs / 1000),
    liveLease: asset.liveLease,
    stats: {
      leases: leases.length,
      completed: leases.filter((lease) => lease.reason === "completed" && lease.state === "closed").length,
      billedSeconds: leases.reduce((sum, lease) => sum + lease.billedSeconds, 0),
      earned: leases.reduce((sum, lease) => sum + earnedBy(lease), 0n),
    },
  };
}

function withoutToken({ token: _, ...listing }: NonNullable<AssetRecord["listing"]>) {
  return listing;
}

/** Captured for the payee of a lease, atomic units, fee not included. */
export function earnedBy(lease: LeaseRecord): bigint {
  return lease.captures.reduce((sum, capture) => sum + capture.amount, 0n);
}

function availability(asset: AssetRecord, state: MarketState, fleet: Fleet, now: number): AssetView["availability"] {
  const { listing, node } = asset;
  if (listing === null || listing.endsAt <= now || asset.attestedUntil <= now) return "unlisted";
  if (asset.liveLease !== null) return "leased";
  const known = state.nodes.get(node);
  // A revoked node's assets take no lease; the chain would refuse it.
  if (known === undefined || known.revoked || !fleet.isOnline(node)) return "offline";
  return fleet.find(node)?.draining ? "draining" : "free";
}
