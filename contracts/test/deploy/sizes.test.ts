import hre from "hardhat";
import { describe, expect, it } from "vitest";

/** EIP-170, less a margin: a contract at the limit cannot be mended. */
const LIMIT = 24_576 - 1_000;

/** Bytes of deployed code at most. Lowering one is progress; raising one is a decision. */
const atMost = {
  JobEscrow: LIMIT,
  DisputeCourt: 22_000,
  Marketplace: 20_200,
  MarketDesk: 19_500,
  AnswerDesk: 18_000,
  ComputeAsset: 18_000,
  Attestations: 18_000,
  ProviderRegistry: 18_000,
  ArbiterPool: 18_000,
  Reputation: 18_000,
  Parameters: 18_000,
  UsageVerifier: 18_000,
  UsageBatchVerifier: 18_000,
  AssetPicture: 18_000,
} as const;

describe("contract sizes", () => {
  it.each(Object.entries(atMost))("%s stays auditable: at most %d bytes", async (name, limit) => {
    const { deployedBytecode } = await hre.artifacts.readArtifact(name);
    expect((deployedBytecode.length - 2) / 2).toBeLessThanOrEqual(limit);
  });

  it("leave room below the limit of the EVM", () => {
    for (const [name, limit] of Object.entries(atMost)) expect(limit, name).toBeLessThanOrEqual(LIMIT);
  });
});
