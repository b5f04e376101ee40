import type { AssetView } from "@gristmill/shared/api/views";
import { objectiveSchema } from "@gristmill/shared/job/requirements";
import { workloadSchema } from "@gristmill/shared/job/workload";
import fc from "fast-check";
import type { Address } from "viem";
import { assetFixture } from "../assetFixture.ts";
import type { Demand } from "../placement.ts";

const NOW = 1_800_000_000;
const workload = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 });
const HASHES = ["a".repeat(64), "b".repeat(64)] as AssetView["live"]["holds"];
const node = (number: number): Address => `0x${String(number).padStart(40, "0")}`;
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 });
/** Most demands ask for little: else nearly nothing would ever fit, and nothing be compared. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Few values for each field, so that ties, limits and shared hardware are met often. */
export const arbitraryAsset: fc.Arbitrary<AssetView> = fc
  .record({
    id: fc.nat(30),
    node: fc.nat(6),
    provider: fc.nat(3),
    units: fc.constantFrom(0n, 0n, 1n, 2n, 3n, 4n, 15n),
    gpuClass: fc.constantFrom("nvidia-a", "nvidia-b"),
    gpuCount: fc.nat(3),
    vramMiB: fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 1000),
    region: fc.constantFrom("DE", "FR", "US", "ZZ"),
    price: optional(fc.nat(4)),
    perf: optional(fc.nat(3)),
    level: fc.constantFrom("self-measured" as const, "attested" as const, "tee" as const),
    stake: fc.nat(2),
    reputation: fc.nat(2),
    downMbps: optional(fc.integer({ min: 1, max: 3 })),
    diskFreeMiB: optional(fc.nat(2)),
    holds: fc.subarray(HASHES),
    startSeconds: optional(fc.nat(2)),
    longest: fc.constantFrom(99, 100, 100, 101, 101),
    notice: optional(fc.nat(1)),
    attestedUntil: fc.constantFrom(NOW + 699, NOW + 700, NOW + 700, NOW + 701, NOW + 701),
    availability: fc.constantFrom(
      "free" as const,
      "free" as const,
      "free" as const,
      "free" as const,
      "leased" as const,
      "draining" as const,
    ),
    driver: optional(fc.constantFrom("550.54.15", "570.86")),
  })
  .map((spec) => {
    const fixture = assetFixture();
    const gpu = fixture.manifest?.gpus[0];
    return assetFixture({
      assetId: String(spec.id),
      node: node(spec.node),
      provider: node(spec.provider),
      units: spec.units,
      gpuCount: spec.gpuCount,
      memoryBytes: BigInt(spec.vramMiB) * 1_048_576n,
      region: spec.region,
      attestation: spec.level,
      attestedUntil: spec.attestedUntil,
      trust: {
        measuredAt: NOW - 10,
        expiresAt: spec.attestedUntil,
        stake: BigInt(spec.stake),
        reputation: BigInt(spec.reputation),
      },
      performance: spec.perf === undefined ? null : { fp32MilliGflops: spec.perf * 1000, source: "attested" },
      network: spec.downMbps === undefined ? null : { downMbps: spec.downMbps, source: "declared" },
      live: { diskFreeMiB: spec.diskFreeMiB ?? null, holds: spec.holds, models: [] },
      startSeconds: spec.startSeconds ?? null,
      availability: spec.availability,
      manifest:
        fixture.manifest === null || gpu === undefined
          ? null
          : { ...fixture.manifest, gpus: [{ ...gpu, gpuClass: spec.gpuClass, driver: spec.driver ?? null }] },
      listing:
        spec.price === undefined
          ? null
          : {
              pricePerSecond: BigInt(spec.price),
              minSeconds: 1,
              maxSeconds: spec.longest,
              endsAt: 4_000_000_000,
              version: 1,
              noticeSeconds: spec.notice ?? null,
            },
    });
  });

export const arbitraryDemand: fc.Arbitrary<Demand> = fc
  .record({
    objective: seldom(fc.constantFrom(...objectiveSchema.options)),
    gpuClass: seldom(fc.constantFrom("nvidia-a", "nvidia-b", "nvidia-c")),
    gpuClasses: seldom(fc.constantFrom(["nvidia-a"], ["nvidia-a", "nvidia-b"])),
    gpuCount: fc.constantFrom(0, 0, 0, 1, 2),
    minVramMiB: fc.constantFrom(0, 0, 0, 1, 2, 3, 5),
    minFp32Gflops: seldom(fc.integer({ min: 1, max: 3 })),
    minDiskFreeMiB: seldom(fc.integer({ min: 1, max: 2 })),
    minDownMbps: seldom(fc.integer({ min: 1, max: 3 })),
    minDriver: seldom(fc.constantFrom("550.54", "560")),
    region: seldom(fc.constantFrom("DE", "FR", "IT")),
    denyJurisdictions: seldom(fc.constantFrom(["US"], ["EU"])),
    holds: seldom(fc.constantFrom(HASHES, HASHES.slice(1))),
    minAttestationLevel: seldom(fc.nat(2)),
    minStake: seldom(fc.constantFrom(1n, 2n)),
    minReputation: seldom(fc.constantFrom(1n, 2n)),
    interruptible: seldom(fc.boolean()),
    avoidProviders: seldom(fc.constantFrom([node(0)], [node(1), node(2)])),
    cap: optional(fc.nat(4)),
    budget: seldom(fc.nat(420)),
    failedOn: fc.subarray([node(0), node(1), node(2)], { maxLength: 2 }),
  })
  .map(({ cap, budget, failedOn, ...wanted }) => {
    const requirements = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    return {
      requirements: requirements as Demand["requirements"],
      workload,
      pricePerSecondCap: cap === undefined ? undefined : BigInt(cap),
      budget: budget === undefined ? undefined : BigInt(budget),
      feeBps: 250,
      now: NOW,
      failedOn: new Set(failedOn),
    };
  });

export type Step =
  | { do: "put"; asset: AssetView }
  | { do: "remove" | "take" | "give"; assetId: string }
  | { do: "choose"; demand: Demand };

const assetId = fc.nat(30).map(String);

/** What may happen to a market, decisions among it. */
export const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("put" as const), asset: arbitraryAsset }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("remove" as const, "take" as const, "give" as const), assetId }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("choose" as const), demand: arbitraryDemand }) },
);
