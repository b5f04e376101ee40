import { type Terms, termsForChain, termsTypes } from "@gristmill/shared/job/terms";
import { TypedDataEncoder } from "ethers";
import { getContractAddress, type Hex, toHex } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { CHAIN_ID } from "../support/market.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const onChain = (terms: Terms) => market().read<Hex>("escrow", "jobIdOf", [termsForChain(terms)]);

describe("jobIdOf", () => {
  it("equals what viem and ethers compute: a buyer's wallet signs for the job the chain sees", async () => {
    const terms = await market().terms({
      requirements: {
        gpuClass: toHex(7, { size: 32 }),
        gpuCount: 2,
        minMemoryBytes: 1n << 40n,
        region: "0x4445",
        minAttestationLevel: 2,
        maxAttestationAge: 86_400,
        minStake: 1n << 100n,
        minReputation: 1n << 60n,
      },
    });
    const domain = { name: "Gristmill Escrow", version: "1", chainId: CHAIN_ID, verifyingContract: market().at.escrow };
    const types = { Terms: [...termsTypes.Terms], Requirements: [...termsTypes.Requirements] };
    const id = await onChain(terms);
    expect(id).toBe(market().jobId(terms));
    expect(id).toBe(TypedDataEncoder.hash(domain, types, termsForChain(terms)));
  });

  const other = accounts.stranger.address;
  const changes: Partial<Terms>[] = [
    { buyer: other },
    { refundTo: other },
    { salt: toHex(99, { size: 32 }) },
    { token: other },
    { cap: 2n },
    { pricePerSecondCap: 2n },
    { workload: toHex(1, { size: 32 }) },
    { scheduler: other },
    { notary: other },
    { maxLeases: 9 },
    { feeBps: 9 },
    { feeRecipient: other },
    { leaseEnd: 1 },
    { captureDeadline: 1 },
    { claimDeadline: 1 },
    { reclaimAt: 1 },
  ];
  it.each(changes.map((change) => [Object.keys(change)[0] ?? "", change] as const))(
    "changes with %s: a payment for other terms pays another job",
    async (_, change) => {
      const terms = await market().terms();
      expect(await onChain({ ...terms, ...change })).not.toBe(await onChain(terms));
    },
  );

  const requirementChanges: Partial<Terms["requirements"]>[] = [
    { gpuClass: toHex(1, { size: 32 }) },
    { gpuCount: 1 },
    { minMemoryBytes: 1n },
    { region: "0x4652" },
    { minAttestationLevel: 1 },
    { maxAttestationAge: 1 },
    { minStake: 1n },
    { minReputation: 1n },
  ];
  it.each(requirementChanges.map((change) => [Object.keys(change)[0] ?? "", change] as const))(
    "changes with the requirement %s",
    async (_, change) => {
      const terms = await market().terms();
      const changed = { ...terms, requirements: { ...terms.requirements, ...change } };
      expect(await onChain(changed)).not.toBe(await onChain(terms));
    },
  );
});

describe("vaultOf", () => {
  it("is the CREATE2 address a client computes alone, before anything is deployed", async () => {
    const terms = await market().terms();
    const vault = await market().vault(terms);
    const bytecodeHash = await market().read<Hex>("escrow", "vaultInitCodeHash");
    expect(vault).toBe(
      getContractAddress({ opcode: "CREATE2", from: market().at.escrow, salt: market().jobId(terms), bytecodeHash }),
    );
    expect(await market().publicClient.getCode({ address: vault })).toBeUndefined();
    await market().fund(terms);
    expect(await market().publicClient.getCode({ address: vault })).toBeDefined();
  });
});
