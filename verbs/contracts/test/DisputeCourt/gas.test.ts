import { keccak256, toHex } from "viem";
import { describe, expect, it } from "vitest";
import type { TestAccount } from "../support/accounts.ts";
import { extraAccount, mine, stakeIn } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();

describe("a draw's gas", () => {
  it("does not grow with the number of arbiters: a full pool cannot stop a case", async () => {
    const arbiters = Array.from({ length: 40 }, (_, index) => extraAccount(200 + index) as unknown as TestAccount);
    const stakeGas: bigint[] = [];
    const drawGas: bigint[] = [];
    for (const [index, arbiter] of arbiters.entries()) {
      stakeGas.push((await stakeIn(market(), "arbiters", arbiter)).gasUsed);
      if (index !== 4 && index !== 39) continue;
      const block = Number(await market().publicClient.getBlockNumber());
      await mine(market(), 1);
      drawGas.push(
        await market().publicClient.estimateContractGas({
          address: market().at.arbiters,
          abi: drawAbi,
          functionName: "draw",
          args: [keccak256(toHex(7)), 15n, block, []],
        }),
      );
    }
    const [small = 0n, large = 0n] = drawGas;
    // Twelve steps a seat in both; a binary search in a node's history is what may differ.
    expect(large).toBeLessThan(small * 2n);
    expect(large).toBeLessThan(2_500_000n);
    expect(stakeGas.at(-1) ?? 0n).toBeLessThan((stakeGas[1] ?? 0n) + 30_000n);
  });
});

const drawAbi = [
  {
    type: "function",
    name: "draw",
    stateMutability: "view",
    inputs: [
      { name: "seed", type: "bytes32" },
      { name: "seats", type: "uint256" },
      { name: "atBlock", type: "uint48" },
      { name: "owners", type: "address[]" },
    ],
    outputs: [{ type: "address[]" }],
  },
] as const;
