import type { AssetView } from "@gristmill/shared/api/views";
import { endReasonCause } from "@gristmill/shared/lease/leaseState";
import type { Manifest } from "@gristmill/shared/manifest/manifest";
import { hexToString } from "viem";
import type { AssetRecord, LeaseRecord, MarketState } from "../domain/lifecycle/marketState.ts";
import { assetLeases } from "./assetLeases.ts";
import type { Fleet } from "./fleet.ts";
import type { LiveBook } from "./liveBook.ts";
import type { AssetTrust, TrustBook } from "./trustBook.ts";

export interface AssetSources {
  state: MarketState;
  fleet: Fleet;
  trust: TrustBook;
  live: LiveBook;
  /** Unix seconds of the chain. */
  now: number;
}

/** Leases whose start tells how fast an asset starts. */
const RECENT_STARTS = 9;

const levels = ["self-measured", "attested", "tee"] as const;

/** ISO country of the chain's two bytes. */
const regionOf = (region: AssetRecord["region"]) => hexToString(region).replaceAll("\0", "");

/** All assets as placement and the marketplace see them, at the chain's time `now`. */
export function assetViews(sources: AssetSources): AssetView[] {
  return placementViews(sources).map((view) => {
    const lastSeenMs = sources.fleet.find(view.node)?.lastSeenMs;
    return { ...view, lastSeenAt: lastSeenMs == null ? null : Math.floor(lastSeenMs / 1000) };
  });
}

/** What a view was made of; the same parts make the same view. */
const made = new WeakMap<AssetRecord, { parts: readonly unknown[]; view: AssetView }>();

/**
 * The same for placement, without when each node was last heard: an asset of which nothing changed is the same object as
 * before, so that an index takes in what changed alone.
 */
export function placementViews({ state, fleet, trust, live, now }: AssetSources): AssetView[] {
  const { leases, busyUnits } = assetLeases(state);
  return [...state.assets.values()].map((asset) => {
    const own = leases.get(asset.assetId) ?? [];
    const manifest = fleet.manifest(asset.manifestHash) ?? null;
    const said = live.of(asset.node);
    const [standing, owner] = [trust.asset(asset.assetId), trust.provider(asset.owner)];
    const taken = standing !== undefined && isTaken(standing.units, busyUnits(asset, trust));
    const parts = [manifest, said, standing, owner, availability(asset, state, fleet, now, taken), ...own];
    const known = made.get(asset);
    if (known !== undefined && sameParts(known.parts, parts)) return known.view;
    const view: AssetView = {
      assetId: asset.assetId,
      provider: asset.owner,
      node: asset.node,
      manifest,
      manifestHash: asset.manifestHash,
      gpuCount: asset.gpuCount,
      memoryBytes: asset.memoryBytes,
      region: regionOf(asset.region),
      attestedUntil: asset.attestedUntil,
      attestation: levels[standing?.level ?? 0] ?? "self-measured",
      trust: {
        measuredAt: standing?.measuredAt ?? 0,
        expiresAt: standing?.expiresAt ?? asset.attestedUntil,
        stake: owner?.stake ?? 0n,
        reputation: owner?.reputation ?? 0n,
      },
      units: standing?.units ?? 0n,
      performance: performanceOf(standing, manifest),
      network: networkOf(standing, manifest),
      live: said,
      startSeconds: startSeconds(own),
      listing: asset.listing === null ? null : withoutToken(asset.listing),
      availability: availability(asset, state, fleet, now, taken),
      lastSeenAt: null,
      liveLease: asset.liveLease,
      stats: {
        leases: own.length,
        completed: own.filter((lease) => lease.reason === "completed" && lease.state === "closed").length,
        failed: own.filter((lease) => endReasonCause[lease.reason] === "provider").length,
        billedSeconds: own.reduce((sum, lease) => sum + lease.billedSeconds, 0),
        earned: own.reduce((sum, lease) => sum + earnedBy(lease), 0n),
      },
    };
    made.set(asset, { parts, view });
    return view;
  });
}

function sameParts(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}

function isTaken(units: bigint, busy: bigint): boolean {
  return (units & busy) !== 0n;
}

/** A benchmark of the CPU says nothing of a real GPU beside it. */
function performanceOf(trust: AssetTrust | undefined, manifest: Manifest | null): AssetView["performance"] {
  if (trust?.measured) return { fp32MilliGflops: trust.measured.fp32Gflops * 1000, source: "attested" };
  if (manifest === null) return null;
  const { device, fp32MilliGflops } = manifest.benchmark;
  const standsFor = device === "gpu" || manifest.gpus.every((gpu) => gpu.simulated);
  return standsFor ? { fp32MilliGflops, source: "self-measured" } : null;
}

function networkOf(trust: AssetTrust | undefined, manifest: Manifest | null): AssetView["network"] {
  if (trust?.measured && trust.measured.networkMbps > 0) {
    return { downMbps: trust.measured.networkMbps, source: "attested" };
  }
  return manifest?.network ?? null;
}

/** Median seconds from assignment to start. */
function startSeconds(leases: readonly LeaseRecord[]): number | null {
  const took = leases
    .flatMap(({ assignedAt, startedAt }) => (startedAt === null ? [] : [startedAt - assignedAt]))
    .slice(-RECENT_STARTS)
    .sort((a, b) => a - b);
  return took[took.length >> 1] ?? null;
}

function withoutToken({ token: _, ...listing }: NonNullable<AssetRecord["listing"]>) {
  return listing;
}

/** Captured for the payee of a lease, atomic units, fee not included. */
export function earnedBy(lease: LeaseRecord): bigint {
  return lease.captures.reduce((sum, capture) => sum + capture.amount, 0n);
}

/** @param taken hardware that it shares is leased with another asset of its node */
function availability(
  asset: AssetRecord,
  state: MarketState,
  fleet: Fleet,
  now: number,
  taken: boolean,
): AssetView["availability"] {
  const { listing, node } = asset;
  if (listing === null || listing.endsAt <= now || asset.attestedUntil <= now) return "unlisted";
  if (asset.liveLease !== null || taken) return "leased";
  const known = state.nodes.get(node);
  // A revoked node's assets take no lease; the chain would refuse it.
  if (known === undefined || known.revoked || !fleet.isOnline(node)) return "offline";
  return fleet.find(node)?.draining ? "draining" : "free";
}
