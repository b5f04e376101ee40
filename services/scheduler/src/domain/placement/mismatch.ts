import type { AssetView } from "@gristmill/shared/api/views";
import { manifestGpuClass } from "@gristmill/shared/manifest/manifest";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { latestLeaseEnd } from "./leaseWindow.ts";
import type { Demand, Refusal } from "./placement.ts";
import { totalOf } from "./totalOf.ts";

type Mismatch = Omit<Refusal, "asset">;
type Check = (asset: AssetView, demand: Demand) => Mismatch | undefined;

const MIB = 1_048_576n;

/**
 * What the asset cannot ever do stands before what it does not offer now: a buyer who waits for a busy asset that is
 * too small would wait in vain.
 */
const checks: readonly Check[] = [
  gpuClass,
  gpuCount,
  gpuMemory,
  region,
  cpu,
  memory,
  outputDisk,
  listing,
  shortest,
  longest,
  listingEnd,
  attestation,
  priceCap,
  budget,
  availability,
];

/** The first reason why the asset does not fit; undefined: it fits. */
export function mismatch(asset: AssetView, demand: Demand): Mismatch | undefined {
  for (const check of checks) {
    const found = check(asset, demand);
    if (found) return found;
  }
  return undefined;
}

function gpuClass(asset: AssetView, { requirements }: Demand): Mismatch | undefined {
  const wanted = requirements.gpuClass;
  const got = asset.manifest ? (manifestGpuClass(asset.manifest) ?? "none") : "unknown";
  if (wanted === undefined || got === wanted) return undefined;
  if (got === "unknown") return unknownCapability("requirements.gpuClass", wanted);
  const has = got === "none" ? "has no GPU" : `is a ${got}`;
  return { field: "requirements.gpuClass", reason: `${has}, ${wanted} wanted`, got, wanted };
}

function gpuCount(asset: AssetView, { requirements }: Demand): Mismatch | undefined {
  return atLeast("requirements.gpuCount", asset.gpuCount, requirements.gpuCount, "GPUs");
}

function gpuMemory(asset: AssetView, { requirements }: Demand): Mismatch | undefined {
  const got = Number(asset.memoryBytes / MIB);
  return atLeast("requirements.minVramMiB", got, requirements.minVramMiB, "MiB of GPU memory");
}

function region(asset: AssetView, { requirements }: Demand): Mismatch | undefined {
  const wanted = requirements.region;
  if (wanted === undefined || asset.region === wanted) return undefined;
  return {
    field: "requirements.region",
    reason: `is in ${asset.region}, ${wanted} wanted`,
    got: asset.region,
    wanted,
  };
}

function cpu({ manifest }: AssetView, { workload }: Demand): Mismatch | undefined {
  if (!manifest) return unknownCapability("workload.cpuMilli", workload.cpuMilli);
  return atLeast("workload.cpuMilli", manifest.cpuCores * 1000, workload.cpuMilli, "thousandths of a CPU core");
}

function memory({ manifest }: AssetView, { workload }: Demand): Mismatch | undefined {
  if (!manifest) return unknownCapability("workload.memoryMiB", workload.memoryMiB);
  return atLeast("workload.memoryMiB", manifest.memoryMiB, workload.memoryMiB, "MiB of memory");
}

function outputDisk({ manifest }: AssetView, { workload }: Demand): Mismatch | undefined {
  if (!manifest) return unknownCapability("workload.maxOutputMiB", workload.maxOutputMiB);
  return atLeast("workload.maxOutputMiB", manifest.diskMiB, workload.maxOutputMiB, "MiB of disk for outputs");
}

function listing(asset: AssetView): Mismatch | undefined {
  if (asset.listing) return undefined;
  return { field: "listing", reason: "is not listed at any price now", got: "unlisted", wanted: "listed" };
}

function shortest({ listing }: AssetView, { workload }: Demand): Mismatch | undefined {
  if (!listing || workload.maxSeconds >= listing.minSeconds) return undefined;
  return {
    field: "workload.maxSeconds",
    reason: `is rented for at least ${seconds(listing.minSeconds)}, ${seconds(workload.maxSeconds)} wanted: ${seconds(listing.minSeconds - workload.maxSeconds)} too short`,
    got: `at least ${listing.minSeconds}`,
    wanted: String(workload.maxSeconds),
  };
}

function longest({ listing }: AssetView, { workload }: Demand): Mismatch | undefined {
  if (!listing || workload.maxSeconds <= listing.maxSeconds) return undefined;
  return {
    field: "workload.maxSeconds",
    reason: `is rented for at most ${seconds(listing.maxSeconds)}, ${seconds(workload.maxSeconds)} wanted: ${seconds(workload.maxSeconds - listing.maxSeconds)} too long`,
    got: `at most ${listing.maxSeconds}`,
    wanted: String(workload.maxSeconds),
  };
}

function listingEnd({ listing }: AssetView, { workload, now }: Demand): Mismatch | undefined {
  if (!listing) return undefined;
  return lasts("listing.endsAt", "its listing", listing.endsAt, latestLeaseEnd(now, workload.maxSeconds));
}

function attestation(asset: AssetView, { workload, now }: Demand): Mismatch | undefined {
  return lasts("attestation", "its attestation", asset.attestedUntil, latestLeaseEnd(now, workload.maxSeconds));
}

function priceCap({ listing }: AssetView, { pricePerSecondCap: cap }: Demand): Mismatch | undefined {
  if (!listing || cap === undefined || listing.pricePerSecond <= cap) return undefined;
  const price = listing.pricePerSecond;
  return {
    field: "pricePerSecondCap",
    reason: `costs ${formatUsd(price)} USD / s, at most ${formatUsd(cap)} wanted: ${formatUsd(price - cap)} too dear`,
    got: price.toString(),
    wanted: cap.toString(),
  };
}

function budget({ listing }: AssetView, { workload, feeBps, budget: most }: Demand): Mismatch | undefined {
  if (!listing || most === undefined) return undefined;
  const total = totalOf(listing.pricePerSecond, workload.maxSeconds, feeBps);
  if (total <= most) return undefined;
  return {
    field: "budget",
    reason: `costs ${formatUsd(total)} USD for ${seconds(workload.maxSeconds)} with the fee, the budget is ${formatUsd(most)}: ${formatUsd(total - most)} too little`,
    got: total.toString(),
    wanted: most.toString(),
  };
}

const whyUnavailable = {
  leased: "is leased to somebody else now",
  offline: "is offline: its node sends no heartbeat",
  unlisted: "is not listed at any price now",
  draining: "takes no new leases: its owner is taking it down",
} as const;

function availability({ availability: got }: AssetView): Mismatch | undefined {
  if (got === "free") return undefined;
  return { field: "availability", reason: whyUnavailable[got], got, wanted: "free" };
}

function atLeast(field: string, got: number, wanted: number, unit: string): Mismatch | undefined {
  if (got >= wanted) return undefined;
  const reason = `has ${count(got)} ${unit}, ${count(wanted)} wanted: ${count(wanted - got)} too few`;
  return { field, reason, got: String(got), wanted: String(wanted) };
}

function lasts(field: string, what: string, got: number, wanted: number): Mismatch | undefined {
  if (got >= wanted) return undefined;
  const reason = `${what} ends at ${date(got)}, the lease may run until ${date(wanted)}: ${seconds(wanted - got)} too early`;
  return { field, reason, got: String(got), wanted: String(wanted) };
}

function unknownCapability(field: string, wanted: number | string): Mismatch {
  return { field, reason: "has not shown its manifest yet", got: "unknown", wanted: String(wanted) };
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function seconds(value: number): string {
  return `${count(value)} s`;
}

function date(unixSeconds: number): string {
  // Contract times may lie past what Date can show.
  return unixSeconds > 253_402_300_799 ? "the end of time" : new Date(unixSeconds * 1000).toISOString();
}
