import type { AssetView } from "@gristmill/shared/api/views";
import type { Requirements } from "@gristmill/shared/job/requirements";
import { requirementsSchema } from "@gristmill/shared/job/requirements";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { describe, expect, it } from "vitest";
import { assetFixture } from "./assetFixture.ts";
import type { Demand } from "./placement.ts";
import { rank } from "./rank.ts";

const NOW = 1_800_000_000;
const provider = "0x00000000000000000000000000000000000000B1" as const;
const hash = "a".repeat(64) as NonNullable<Requirements["holds"]>[number];

/** An asset with something to say about everything, exactly at the limits asked for below. */
function rich(overrides: Partial<AssetView> = {}): AssetView {
  const plain = assetFixture();
  const [gpu] = plain.manifest?.gpus ?? [];
  if (plain.manifest === null || gpu === undefined || plain.listing === null) throw new Error("the fixture is bare");
  return assetFixture({
    manifest: {
      ...plain.manifest,
      gpus: [{ ...gpu, gpuClass: "nvidia-h200", model: "NVIDIA H200", driver: "570.86.15", cuda: "12.8" }],
      location: { latitudeMilli: 52_520, longitudeMilli: 13_400, source: "declared" },
    },
    attestation: "attested",
    trust: { measuredAt: NOW - 100, expiresAt: NOW + 700, stake: 5_000n, reputation: 70n },
    performance: { fp32MilliGflops: 60_000_000, source: "attested" },
    network: { downMbps: 1_000, source: "declared" },
    live: { diskFreeMiB: 500, holds: [hash], models: [] },
    ...overrides,
  });
}

function demand(requirements: Partial<Requirements>, more: Partial<Demand> = {}): Demand {
  return {
    requirements: { gpuCount: 0, minVramMiB: 0, ...requirements },
    workload: workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 }),
    ...{ pricePerSecondCap: undefined, budget: undefined, feeBps: 250, now: NOW, ...more },
  };
}

const berlin = { latitude: 52.52, longitude: 13.4 };
const newYork = { latitude: 40.7, longitude: -74 };

describe("every requirement that a buyer can name", () => {
  it.each<[Partial<Requirements>, Partial<Requirements>, string]>([
    [
      { gpuClasses: ["nvidia-h200"] },
      { gpuClasses: ["nvidia-l4", "nvidia-a10"] },
      "is a nvidia-h200, nvidia-l4 or nvidia-a10 wanted",
    ],
    [{ gpuModel: "h200" }, { gpuModel: "B200" }, "is a NVIDIA H200, no B200"],
    [
      { minFp32Gflops: 60_000 },
      { minFp32Gflops: 60_001 },
      "has 60,000 GFLOPS (single precision, attested), 60,001 wanted: 1 too few",
    ],
    [{ minDriver: "570.86" }, { minDriver: "570.124" }, "has driver 570.86.15, 570.124 or newer wanted"],
    [{ minCuda: "12.8" }, { minCuda: "12.10" }, "has CUDA 12.8, 12.10 or newer wanted"],
    [{ minDiskFreeMiB: 500 }, { minDiskFreeMiB: 501 }, "has 500 MiB of free disk, 501 wanted: 1 too few"],
    [{ minDownMbps: 1_000 }, { minDownMbps: 1_001 }, "has 1,000 Mbit/s down (declared), 1,001 wanted: 1 too few"],
    [{ allowJurisdictions: ["US", "EU"] }, { allowJurisdictions: ["US", "CH"] }, "is in DE, US, CH wanted"],
    [{ denyJurisdictions: ["US"] }, { denyJurisdictions: ["EU"] }, "is in DE, not EU wanted"],
    [
      { near: { ...berlin, maxMs: 4 } },
      { near: { ...newYork, maxMs: 90 } },
      "ms away (from its declared place), at most 90 ms wanted",
    ],
    [
      { holds: [hash] },
      { holds: [hash, "b".repeat(64) as typeof hash] },
      "has 1 of the contents named, 2 wanted: 1 too few",
    ],
    [
      { minAttestationLevel: 1 },
      { minAttestationLevel: 2 },
      "is measured by a quorum of staked attesters (level 1), TEE (level 2) wanted",
    ],
    [
      { maxAttestationAgeSeconds: 100 },
      { maxAttestationAgeSeconds: 99 },
      "was measured 100 s ago, at most 99 s wanted",
    ],
    [
      { minStake: 5_000n },
      { minStake: 5_001n },
      "has 5,000 atomic units of its provider's stake behind it, 5,001 wanted: 1 too few",
    ],
    [{ minReputation: 70n }, { minReputation: 71n }, "has 70 points of reputation, 71 wanted: 1 too few"],
    [
      { avoidProviders: ["0x00000000000000000000000000000000000000C1"] },
      { avoidProviders: [provider] },
      "belongs to a provider that you avoid",
    ],
  ])("takes an asset at exactly %o, and says by how much %o is missed", (met, missed, reason) => {
    expect(rank([rich()], demand(met)).refused).toEqual([]);
    const { candidates, refused } = rank([rich()], demand(missed));
    expect(candidates).toEqual([]);
    expect(refused[0]?.mismatches).toHaveLength(1);
    expect(refused[0]?.mismatches[0]).toMatchObject({
      field: `requirements.${Object.keys(missed)[0]}`,
      reason: expect.stringContaining(reason),
    });
  });

  it.each<[string, Partial<Requirements>, Partial<AssetView>]>([
    ["a GPU that nobody measured", { minFp32Gflops: 1 }, { performance: null }],
    ["a driver that is not named", { minDriver: "1" }, { manifest: assetFixture().manifest }],
    ["free disk that was not said", { minDiskFreeMiB: 1 }, { live: { diskFreeMiB: null, holds: [], models: [] } }],
    ["a network that was not said", { minDownMbps: 1 }, { network: null }],
    ["a place that was not said", { near: { ...berlin, maxMs: 10_000 } }, { manifest: assetFixture().manifest }],
    ["a country that was not said", { denyJurisdictions: ["US"] }, { region: "ZZ" }],
  ])("never takes for met what nobody said: %s", (_name, requirements, asset) => {
    expect(rank([rich(asset)], demand(requirements)).candidates).toEqual([]);
  });

  it("refuses assets whose owner may end a lease early, to a job that must not be interrupted", () => {
    const listing = { ...(rich().listing as NonNullable<AssetView["listing"]>), noticeSeconds: 60 };
    const { refused } = rank([rich({ listing })], demand({ interruptible: false }));
    expect(refused[0]?.mismatches[0].reason).toBe("its owner may end a lease 60 s after saying so");
    expect(rank([rich({ listing })], demand({ interruptible: true })).refused).toEqual([]);
    expect(rank([rich()], demand({ interruptible: false })).refused).toEqual([]);
  });

  it("refuses a lease that might run past the buyer's deadline", () => {
    expect(rank([rich()], demand({}, { deadline: NOW + 700 })).refused).toEqual([]);
    expect(rank([rich()], demand({}, { deadline: NOW + 699 })).refused[0]?.mismatches[0].field).toBe("deadline");
  });

  it("looks at the attestation's own end when a level is asked for, as the chain does", () => {
    const late = rich({ attestedUntil: NOW + 10 });
    expect(rank([late], demand({ minAttestationLevel: 1 })).refused).toEqual([]);
    const early = rich({ trust: { ...rich().trust, expiresAt: NOW + 699 } });
    expect(rank([early], demand({ minAttestationLevel: 1 })).candidates).toEqual([]);
  });

  it("names everything that an asset falls short of, so that a buyer changes it all at once", () => {
    const { refused } = rank([rich()], demand({ minCuda: "13.0", minStake: 9_999n }, { pricePerSecondCap: 1n }));
    expect(refused[0]?.mismatches.map(({ field }) => field)).toEqual([
      "requirements.minCuda",
      "requirements.minStake",
      "pricePerSecondCap",
    ]);
  });

  it.each([
    { minStake: 5 },
    { minReputation: "18446744073709551616" },
    { region: "de" },
    { gpus: 1 },
    { near: { latitude: 91, longitude: 0, maxMs: 1 } },
  ])("refuses what no asset could be measured by: %o", (requirements) => {
    expect(requirementsSchema.safeParse(requirements).success).toBe(false);
  });
});

describe("what the buyer wants most", () => {
  const listed = (pricePerSecond: bigint) => ({
    ...(assetFixture().listing as NonNullable<AssetView["listing"]>),
    pricePerSecond,
  });
  const assets = [
    rich({ assetId: "1", listing: listed(100n), attestation: "self-measured" }),
    rich({ assetId: "2", listing: listed(150n), performance: { fp32MilliGflops: 99_000_000, source: "attested" } }),
    rich({ assetId: "3", listing: listed(200n), trust: { ...rich().trust, reputation: 71n } }),
    rich({ assetId: "4", listing: listed(300n), attestation: "self-measured", startSeconds: 1 }),
  ];

  it.each([
    ["cheapest", "1"],
    ["best_value", "2"],
    ["most_trusted", "3"],
    ["fastest_start", "4"],
  ] as const)("%s", (objective, assetId) => {
    expect(rank(assets, demand({ objective })).candidates[0]?.asset.assetId).toBe(assetId);
  });

  it("counts what must still be downloaded as time to start", () => {
    const inputs = [{ path: "a", sha256: hash, bytes: 125_000_000 }];
    const workload = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100, inputs });
    const without = rich({ assetId: "5", live: { diskFreeMiB: null, holds: [], models: [] } });
    const { candidates } = rank([without, rich()], demand({ objective: "fastest_start" }, { workload }));
    expect(candidates.map(({ asset }) => asset.assetId)).toEqual(["1", "5"]);
    // 125 MB at 1,000 Mbit/s.
    expect((candidates[1]?.startMs ?? 0) - (candidates[0]?.startMs ?? 0)).toBe(1_000);
  });
});

it("places an answer only where its sealed input can be opened, or a paid job would go to machines that cannot read it", () => {
  const own = rich({ assetId: "1" });
  const foreign = rich({ assetId: "2", node: "0x00000000000000000000000000000000000000A2" });
  const inference = { modelId: `0x${"0".repeat(64)}` as const, inputCommitment: "5", sealedFor: [own.node] };
  const workload = { ...demand({}).workload, inference };
  const { candidates, refused } = rank([own, foreign], demand({}, { workload }));
  expect(candidates.map(({ asset }) => asset.assetId)).toEqual(["1"]);
  expect(refused).toMatchObject([{ asset: { assetId: "2" }, mismatches: [{ field: "workload.inference.sealedFor" }] }]);
});
