import { assetFixture } from "@gristmill/scheduler/src/domain/placement/assetFixture.ts";
import type { Demand } from "@gristmill/scheduler/src/domain/placement/placement.ts";
import type { AssetView } from "@gristmill/shared/api/views";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { seededRandom } from "./seededRandom.ts";

const CLASSES = 8;
const REGIONS = ["DE", "FR", "US", "JP"];
const workload = workloadSchema.parse({ image: `job@sha256:${"0".repeat(64)}`, maxSeconds: 100 });

/** A market of mixed assets: eight GPU classes, one to eight GPUs, four countries, prices over a factor of ten. */
export function randomAssets(count: number, seed: number): AssetView[] {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const plain = assetFixture();
  const [gpu] = plain.manifest?.gpus ?? [];
  if (plain.manifest === null || plain.listing === null || gpu === undefined) throw new Error("the fixture is bare");
  const { manifest, listing } = plain;
  return Array.from({ length: count }, (_, index) => {
    const gpuCount = pick([1, 1, 1, 2, 4, 8]);
    return assetFixture({
      assetId: String(index + 1),
      node: `0x${(index + 1).toString(16).padStart(40, "0")}`,
      gpuCount,
      memoryBytes: BigInt(gpuCount * pick([24_576, 49_152, 81_920])) * 1_048_576n,
      region: pick(REGIONS),
      manifest: { ...manifest, gpus: [{ ...gpu, gpuClass: `nvidia-${Math.floor(random() * CLASSES)}` }] },
      listing: { ...listing, pricePerSecond: BigInt(100 + Math.floor(random() * 900)) },
    });
  });
}

export function randomDemands(count: number, seed: number): Demand[] {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  return Array.from({ length: count }, () => ({
    requirements: {
      gpuClass: `nvidia-${Math.floor(random() * CLASSES)}`,
      gpuCount: pick([1, 1, 2, 4]),
      minVramMiB: pick([16_384, 24_576, 81_920]),
      ...(random() < 0.5 ? { region: pick(REGIONS) } : {}),
    },
    workload,
    pricePerSecondCap: BigInt(300 + Math.floor(random() * 900)),
    budget: undefined,
    feeBps: 250,
    now: 1_800_000_000,
  }));
}
