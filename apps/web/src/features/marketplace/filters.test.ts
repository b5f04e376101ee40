import { searchQuerySchema } from "@gristmill/shared/api/search";
import { expect, test } from "vitest";
import { readFilters, searchQuery, writeFilters } from "./filters.ts";

const asked = (query: string) =>
  Object.fromEntries(new URLSearchParams(searchQuery(readFilters(new URLSearchParams(query)))));

test("a shared link shows the same machines", () => {
  const query = "gpu=simulated-l4&vram=24&region=DE&max=1.6&free=1&ram=64&cuda=12.4&sort=value";
  expect(writeFilters(readFilters(new URLSearchParams(query)))).toBe(query);
});

test.each<[string, Record<string, string>]>([
  ["", {}],
  ["gpu=nvidia-h200&region=SE", { gpuClass: "nvidia-h200", region: "SE" }],
  // 1.512 USD / h are 420 atomic units a second; a hundredth less affords 419 only.
  ["max=1.512", { maxPricePerSecond: "420" }],
  ["max=1.511", { maxPricePerSecond: "419" }],
  ["vram=24&ram=0.5&disk=100", { minVramMiB: "24576", minMemoryMiB: "512", minDiskMiB: "102400" }],
  ["free=1&real=1", { availability: "free", simulated: "false" }],
  ["perf=1000&cores=8&down=940", { minFp32Gflops: "1000", minCpuCores: "8", minDownMbps: "940" }],
  ["hours=1.5&reliable=99", { jobSeconds: "5400", minReliability: "99" }],
  ["level=2&by=attested&cuda=12.4", { minAttestationLevel: "2", measuredBy: "attested", minCuda: "12.4" }],
  ["max=nonsense&vram=.&cuda=12.&level=9&reliable=1000", { minReliability: "100" }],
])("a buyer who filters by %j asks the scheduler for that, and for nothing it would refuse", (query, fields) => {
  expect(asked(query)).toEqual({ sort: "price", ...fields });
  expect(searchQuerySchema.safeParse(asked(query)).error).toBeUndefined();
});
