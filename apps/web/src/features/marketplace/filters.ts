import { parseUsd } from "@gristmill/shared/units/parseUsd";
import type { AssetFigures } from "./assetFigures.ts";

export const sorts = { price: "Price", value: "Performance per dollar", reliability: "Reliability" } as const;
export type Sort = keyof typeof sorts;

export interface Filters {
  gpuClass: string;
  minVramGiB: string;
  region: string;
  /** USD per hour, as typed. */
  maxPrice: string;
  availability: "" | "free";
  sort: Sort;
}

/** Filters as the address bar holds them; anything unknown counts as absent. */
export function readFilters(params: { get(name: string): string | null }): Filters {
  const sort = params.get("sort");
  return {
    gpuClass: params.get("gpu") ?? "",
    minVramGiB: params.get("vram") ?? "",
    region: params.get("region") ?? "",
    maxPrice: params.get("max") ?? "",
    availability: params.get("free") === "1" ? "free" : "",
    sort: sort === "value" || sort === "reliability" ? sort : "price",
  };
}

/** The same as a query string without defaults, "" when there are none. */
export function writeFilters(filters: Filters): string {
  const params = new URLSearchParams();
  if (filters.gpuClass) params.set("gpu", filters.gpuClass);
  if (filters.minVramGiB) params.set("vram", filters.minVramGiB);
  if (filters.region) params.set("region", filters.region);
  if (filters.maxPrice) params.set("max", filters.maxPrice);
  if (filters.availability) params.set("free", "1");
  if (filters.sort !== "price") params.set("sort", filters.sort);
  return params.toString();
}

/** Assets that pass the filters, in the order asked for; listed ones only come before unlisted ones. */
export function applyFilters(assets: AssetFigures[], filters: Filters): AssetFigures[] {
  const minVramMiB = Number(filters.minVramGiB) * 1024;
  const maxPerHour = readPrice(filters.maxPrice);
  return assets
    .filter((each) => !filters.gpuClass || each.gpuClass === filters.gpuClass)
    .filter((each) => !(minVramMiB > 0) || each.vramMiB >= minVramMiB)
    .filter((each) => !filters.region || each.asset.region === filters.region)
    .filter((each) => !filters.availability || each.asset.availability === "free")
    .filter(
      (each) =>
        maxPerHour === undefined || (each.pricePerSecond !== undefined && each.pricePerSecond * 3600n <= maxPerHour),
    )
    .sort((a, b) => compare(a, b, filters.sort));
}

function readPrice(text: string): bigint | undefined {
  try {
    return text.trim() === "" ? undefined : parseUsd(text);
  } catch {
    return undefined;
  }
}

function compare(a: AssetFigures, b: AssetFigures, sort: Sort): number {
  const byPrice = Number((a.pricePerSecond ?? 10n ** 30n) - (b.pricePerSecond ?? 10n ** 30n));
  if (sort === "price") return byPrice;
  const key = sort === "value" ? "gflopsPerDollarHour" : "reliability";
  return (b[key] ?? -1) - (a[key] ?? -1) || byPrice;
}
