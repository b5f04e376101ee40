import type { Address } from "viem";

/** What the contracts say of an asset's measurement and hardware. */
export interface AssetTrust {
  /** 0 the owner's own word, 1 a quorum of staked attesters, 2 TEE. */
  level: number;
  /** Unix seconds; at level 0 of the owner's last renewal. */
  measuredAt: number;
  expiresAt: number;
  /** Bits of its node's hardware that it occupies; 0: it shares with none. */
  units: bigint;
  /** What attesters measured; null at level 0. */
  measured: { fp32Gflops: number; networkMbps: number } | null;
}

export interface ProviderTrust {
  /** Free and locked together, atomic units of the stake token. */
  stake: bigint;
  reputation: bigint;
}

/** Stake, reputation and attestation as the chain last told them: what placement filters by and the chain checks again. */
export interface TrustBook {
  /** Undefined until it was read. */
  asset(assetId: string): AssetTrust | undefined;
  provider(provider: Address): ProviderTrust | undefined;
  /** Reads these anew. Entries that did not change stay the same object. */
  refresh(assetIds: readonly string[], providers: readonly Address[]): Promise<void>;
}
