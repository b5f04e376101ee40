import { z } from "zod";
import { addressSchema } from "../ids/ids.ts";
import { requirementsSchema } from "../job/requirements.ts";
import { amountSchema } from "../units/amount.ts";
import { anyOfSchema, pageQuerySchema, pageSchema, wholeNumberSchema } from "./page.ts";
import { assetViewSchema } from "./views.ts";

const { shape } = requirementsSchema;
const MAX_MIB = 1_073_741_824;

export const sortSchema = z.enum(["price", "value", "reliability", "performance"]);
export type Sort = z.infer<typeof sortSchema>;

/**
 * Query of `GET /v1/assets`. A field that requirements have too means the same as there, so that what a search shows is what a
 * quote finds. Absent means "any"; a field that the asset says nothing of is not met.
 */
export const searchQuerySchema = pageQuerySchema.extend({
  /** Part of the machine's, GPU's or processor's name, in any case. */
  text: z.string().min(1).max(64).optional(),
  gpuClass: anyOfSchema(shape.gpuClass.unwrap()).optional(),
  gpuModel: shape.gpuModel,
  minGpuCount: wholeNumberSchema(0, 64).optional(),
  maxGpuCount: wholeNumberSchema(0, 64).optional(),
  minVramMiB: wholeNumberSchema(0, 16_777_216).optional(),
  minFp32Gflops: wholeNumberSchema(1, 1_000_000_000).optional(),
  /** GFLOPS, single precision, that one unit of the payment token buys for an hour. */
  minFp32GflopsPerHourlyDollar: wholeNumberSchema(1, 1_000_000_000_000).optional(),
  /** By whom the performance was measured. */
  measuredBy: anyOfSchema(z.enum(["attested", "self-measured"])).optional(),
  minPricePerSecond: amountSchema.optional(),
  maxPricePerSecond: amountSchema.optional(),
  minCpuCores: wholeNumberSchema(1, 65_536).optional(),
  minMemoryMiB: wholeNumberSchema(1, MAX_MIB).optional(),
  minDiskMiB: wholeNumberSchema(1, MAX_MIB).optional(),
  minDiskFreeMiB: wholeNumberSchema(1, MAX_MIB).optional(),
  minDownMbps: wholeNumberSchema(1, 1_000_000).optional(),
  minUpMbps: wholeNumberSchema(1, 1_000_000).optional(),
  minDriver: shape.minDriver,
  minCuda: shape.minCuda,
  region: anyOfSchema(shape.region.unwrap(), 64).optional(),
  allowJurisdictions: anyOfSchema(shape.allowJurisdictions.unwrap().element, 64).optional(),
  denyJurisdictions: anyOfSchema(shape.denyJurisdictions.unwrap().element, 64).optional(),
  /** Per cent, see `reliabilityOf`. */
  minReliability: wholeNumberSchema(0, 100).optional(),
  minCompleted: wholeNumberSchema(0, 1_000_000_000).optional(),
  minAttestationLevel: wholeNumberSchema(0, 2).optional(),
  maxAttestationAgeSeconds: wholeNumberSchema(1, 4_294_967_295).optional(),
  minStake: shape.minStake,
  minReputation: shape.minReputation,
  availability: anyOfSchema(assetViewSchema.shape.availability).optional(),
  /** Takes a job of this many seconds now: not below its least time, not above its longest, over before its listing ends. */
  jobSeconds: wholeNumberSchema(1, 4_294_967_295).optional(),
  /** Listed at least until then, unix seconds of the chain. */
  listedUntil: wholeNumberSchema(0, 281_474_976_710_655).optional(),
  /** `false`: only where the provider gave up its right to end a lease early. */
  interruptible: z.literal("false").optional(),
  simulated: z.enum(["true", "false"]).optional(),
  executor: anyOfSchema(z.enum(["docker", "runc", "bwrap"])).optional(),
  provider: anyOfSchema(addressSchema).optional(),
  sort: sortSchema.default("price"),
});
export type SearchQuery = z.infer<typeof searchQuerySchema>;

export const facetNames = [
  "gpuClass",
  "gpuCount",
  "region",
  "availability",
  "attestation",
  "measuredBy",
  "executor",
  "simulated",
  "provider",
] as const;
export type FacetName = (typeof facetNames)[number];

const facetSchema = z.array(z.object({ value: z.string(), count: z.number().int() }));
const rangeSchema = z.object({ min: amountSchema, max: amountSchema }).nullable();

/** Answer of `GET /v1/assets`. */
export const searchResultSchema = pageSchema(assetViewSchema).extend({
  /** How many assets pass, on all pages, and how many there are. */
  total: z.number().int(),
  considered: z.number().int(),
  /**
   * Values of each field with the number of assets that would pass with it: counted under all other filters, its own left out.
   * Most frequent first; at most 100 each.
   */
  facets: z.object(
    Object.fromEntries(facetNames.map((name) => [name, facetSchema])) as Record<FacetName, typeof facetSchema>,
  ),
  /** Least and most among those that pass; null when none says. */
  ranges: z.object({ pricePerSecond: rangeSchema, vramMiB: rangeSchema, fp32MilliGflops: rangeSchema }),
});
export type SearchResult = z.infer<typeof searchResultSchema>;
