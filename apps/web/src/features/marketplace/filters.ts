import { parseUsd } from "@gristmill/shared/units/parseUsd";

export const sorts = { price: "Price", value: "Performance per dollar", reliability: "Reliability" } as const;
export type Sort = keyof typeof sorts;

/** Filters that stand behind "More filters". */
export const rarerFilters = [
  "perf",
  "cores",
  "ram",
  "disk",
  "down",
  "cuda",
  "hours",
  "reliable",
  "level",
  "by",
  "real",
] as const;
/** Short names, as the address bar holds them; the values are as typed. */
export const filterNames = ["gpu", "vram", "region", "max", "free", ...rarerFilters] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = Record<FilterName, string> & { sort: Sort };

/** Filters as the address bar holds them; anything unknown counts as absent. */
export function readFilters(params: { get(name: string): string | null }): Filters {
  const sort = params.get("sort");
  const values = Object.fromEntries(filterNames.map((name) => [name, params.get(name) ?? ""]));
  return {
    ...(values as Record<FilterName, string>),
    sort: sort === "value" || sort === "reliability" ? sort : "price",
  };
}

/** The same as a query string without defaults, "" when there are none. */
export function writeFilters(filters: Filters): string {
  const params = new URLSearchParams();
  for (const name of filterNames) if (filters[name]) params.set(name, filters[name]);
  if (filters.sort !== "price") params.set("sort", filters.sort);
  return params.toString();
}

/** The scheduler's query for these filters; what is not a number yet, while somebody types, is left out. */
export function searchQuery(filters: Filters): string {
  const params = new URLSearchParams({ sort: filters.sort });
  const set = (name: string, value: string | bigint | number | undefined) => {
    if (value !== undefined && value !== "") params.set(name, String(value));
  };
  set("gpuClass", filters.gpu);
  set("minVramMiB", atLeast(filters.vram, 1024, 16_777_216));
  set("region", filters.region);
  set("maxPricePerSecond", perSecond(filters.max));
  set("availability", filters.free && "free");
  set("minFp32Gflops", atLeast(filters.perf, 1, 1_000_000_000));
  set("minCpuCores", atLeast(filters.cores, 1, 65_536));
  set("minMemoryMiB", atLeast(filters.ram, 1024, 1_073_741_824));
  set("minDiskMiB", atLeast(filters.disk, 1024, 1_073_741_824));
  set("minDownMbps", atLeast(filters.down, 1, 1_000_000));
  set("minCuda", /^\d{1,5}(\.\d{1,5}){0,3}$/.test(filters.cuda) ? filters.cuda : undefined);
  set("jobSeconds", atLeast(filters.hours, 3600, 4_294_967_295));
  set("minReliability", atLeast(filters.reliable, 1, 100));
  set("minAttestationLevel", /^[12]$/.test(filters.level) ? filters.level : undefined);
  set("measuredBy", filters.by === "attested" || filters.by === "self-measured" ? filters.by : undefined);
  set("simulated", filters.real && "false");
  return params.toString();
}

function atLeast(text: string, factor: number, most: number): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Math.ceil(Number(text) * factor);
  return number >= 1 ? Math.min(number, most) : undefined;
}

/** Atomic units per second for USD per hour, rounded down. */
function perSecond(text: string): bigint | undefined {
  try {
    return text.trim() === "" ? undefined : parseUsd(text) / 3600n;
  } catch {
    return undefined;
  }
}
