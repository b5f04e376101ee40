import { reliabilityOf } from "@gristmill/shared/api/reliability";
import type { FacetName, SearchQuery } from "@gristmill/shared/api/search";
import { requirementsSchema } from "@gristmill/shared/job/requirements";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { isAddressEqual } from "viem";
import { checks } from "../placement/checks/checks.ts";
import type { Facts } from "../placement/facts.ts";
import type { Demand } from "../placement/placement.ts";
import { facetValue } from "./facets.ts";

export interface Filter {
  /** The facet that this filter chooses from; its own counts leave it out. */
  facet?: FacetName;
  passes(facts: Facts): boolean;
}

/** The filters that a query asks for, and no others. */
export function filtersOf(query: SearchQuery, now: number, hourlyDollar: bigint): Filter[] {
  return [...requirementFilters(query, now), ...choices(query), ...bounds(query, hourlyDollar)];
}

/** What requirements can say too is judged by placement's own checks: a search shows what a quote would take. */
function requirementFilters(query: SearchQuery, now: number): Filter[] {
  const requirements = requirementsSchema.parse({
    gpuModel: query.gpuModel,
    gpuCount: query.minGpuCount,
    minVramMiB: query.minVramMiB,
    minFp32Gflops: query.minFp32Gflops,
    minDiskFreeMiB: query.minDiskFreeMiB,
    minDownMbps: query.minDownMbps,
    minDriver: query.minDriver,
    minCuda: query.minCuda,
    allowJurisdictions: query.allowJurisdictions,
    denyJurisdictions: query.denyJurisdictions,
    minAttestationLevel: query.minAttestationLevel,
    maxAttestationAgeSeconds: query.maxAttestationAgeSeconds,
    minStake: query.minStake?.toString(),
    minReputation: query.minReputation?.toString(),
    interruptible: query.interruptible === undefined ? undefined : false,
  });
  const demand: Demand = {
    requirements,
    workload: workloadSchema.parse({ image: ANY_IMAGE, maxSeconds: query.jobSeconds ?? 1 }),
    pricePerSecondCap: query.maxPricePerSecond,
    budget: undefined,
    feeBps: 0,
    now,
  };
  const ofTime = query.jobSeconds === undefined ? [] : TIME_FIELDS;
  return checks
    .filter(({ field, wanted }) => {
      const isAsked = field.startsWith("requirements.") || field === "pricePerSecondCap" || ofTime.includes(field);
      return isAsked && wanted(demand);
    })
    .map(({ field, fits }) => ({
      // An asset without a listing has no price and no times; placement refuses it for that alone.
      passes: (facts: Facts) => (!LISTING_FIELDS.has(field) || facts.asset.listing !== null) && fits(facts, demand),
    }));
}

const ANY_IMAGE = `any@sha256:${"0".repeat(64)}`;
const TIME_FIELDS = ["workload.maxSeconds", "listing.endsAt", "attestation", "attestation.level"];
const LISTING_FIELDS = new Set([...TIME_FIELDS, "pricePerSecondCap", "requirements.interruptible"]);

/** Fields whose values are facets: any of the chosen values will do. */
function choices(query: SearchQuery): Filter[] {
  const chosen: Partial<Record<FacetName, readonly string[] | undefined>> = {
    gpuClass: query.gpuClass,
    region: query.region,
    availability: query.availability,
    measuredBy: query.measuredBy,
    executor: query.executor,
    simulated: query.simulated === undefined ? undefined : [query.simulated],
  };
  const filters: Filter[] = Object.entries(chosen).flatMap(([name, values]) => {
    const facet = name as FacetName;
    return values === undefined
      ? []
      : [{ facet, passes: (facts: Facts) => values.includes(facetValue(facts, facet) ?? "") }];
  });
  const { provider: providers } = query;
  if (providers !== undefined) {
    const passes = ({ asset }: Facts) => providers.some((each) => isAddressEqual(each, asset.provider));
    filters.push({ facet: "provider", passes });
  }
  return filters;
}

function bounds(query: SearchQuery, hourlyDollar: bigint): Filter[] {
  const filters: Filter[] = [];
  const add = <Value>(value: Value | undefined, passes: (facts: Facts, value: Value) => boolean) => {
    if (value !== undefined) filters.push({ passes: (facts) => passes(facts, value) });
  };
  add(query.text?.toLowerCase(), ({ asset: { manifest }, models }, text) =>
    [manifest?.name.toLowerCase(), manifest?.cpuModel.toLowerCase(), ...models].some((each) => each?.includes(text)),
  );
  add(query.maxGpuCount, ({ asset }, most) => asset.gpuCount <= most);
  add(query.minFp32GflopsPerHourlyDollar, ({ asset: { performance, listing } }, least) => {
    if (performance === null || listing === null) return false;
    return BigInt(performance.fp32MilliGflops) * hourlyDollar >= BigInt(least) * 1000n * listing.pricePerSecond * 3600n;
  });
  add(query.minPricePerSecond, ({ asset: { listing }, price }, least) => listing !== null && price >= least);
  add(query.minCpuCores, ({ asset: { manifest } }, least) => (manifest?.cpuCores ?? -1) >= least);
  add(query.minMemoryMiB, ({ memoryMiB = -1 }, least) => memoryMiB >= least);
  add(query.minDiskMiB, ({ diskMiB = -1 }, least) => diskMiB >= least);
  add(query.minUpMbps, ({ asset: { network } }, least) => (network?.upMbps ?? -1) >= least);
  add(query.minReliability, ({ asset: { stats } }, least) => reliabilityOf(stats) * 100 >= least);
  add(query.minCompleted, ({ asset: { stats } }, least) => stats.completed >= least);
  add(query.listedUntil, ({ asset: { listing } }, until) => listing !== null && listing.endsAt >= until);
  return filters;
}
