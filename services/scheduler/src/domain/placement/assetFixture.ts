import type { AssetView } from "@gristmill/shared/api/views";
import { type Address, zeroHash } from "viem";

/** A free asset of one simulated GPU, listed at 100 atomic units per second; tests override what they look at. */
export function assetFixture(overrides: Partial<AssetView> = {}): AssetView {
  const node: Address = "0x00000000000000000000000000000000000000A1";
  return {
    assetId: "1",
    provider: "0x00000000000000000000000000000000000000B1",
    node,
    manifest: {
      version: 1,
      name: "north",
      node,
      region: "DE",
      gpus: [{ uuid: "GPU-1", gpuClass: "simulated-a", model: "A", vramMiB: 24_576, driver: null, simulated: true }],
      cpuModel: "cpu",
      cpuCores: 4,
      memoryMiB: 8_192,
      diskMiB: 10_000,
      executor: "docker",
      benchmark: { fp32MilliGflops: 1, memoryMiBPerSecond: 1, diskMiBPerSecond: 1, device: "cpu", measuredAt: 0 },
    },
    manifestHash: zeroHash,
    gpuCount: 1,
    memoryBytes: 24_576n * 1_048_576n,
    region: "DE",
    attestedUntil: 4_000_000_000,
    attestation: "self-measured",
    trust: { measuredAt: 0, expiresAt: 4_000_000_000, stake: 0n, reputation: 0n },
    units: 0n,
    performance: { fp32MilliGflops: 1, source: "self-measured" },
    network: null,
    live: { diskFreeMiB: null, holds: [], models: [] },
    startSeconds: null,
    listing: {
      pricePerSecond: 100n,
      minSeconds: 1,
      maxSeconds: 3_600,
      endsAt: 4_000_000_000,
      version: 1,
      noticeSeconds: null,
    },
    availability: "free",
    lastSeenAt: 0,
    liveLease: null,
    stats: { leases: 0, completed: 0, failed: 0, billedSeconds: 0, earned: 0n },
    ...overrides,
  };
}
