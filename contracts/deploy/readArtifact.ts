import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Abi, Hex } from "viem";
import { z } from "zod";

const artifactSchema = z.object({
  abi: z.array(z.looseObject({ type: z.string() })),
  bytecode: z.string().regex(/^0x([0-9a-f]{2})*$/),
});

const artifactsDir = fileURLToPath(new URL("../../artifacts/contracts/src/", import.meta.url));

/**
 * Reads what `hardhat build` wrote for one contract.
 *
 * @param source file below contracts/src that holds the contract, for example "market/Marketplace.sol"
 * @throws when the contracts were not built
 */
export function readArtifact(source: string, name: string): { abi: Abi; bytecode: Hex } {
  const path = `${artifactsDir}${source}/${name}.json`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`No build of ${name}. Run "pnpm exec hardhat build" in the repository root first.`, { cause });
  }
  const artifact = artifactSchema.parse(JSON.parse(text));
  return { abi: artifact.abi as unknown as Abi, bytecode: artifact.bytecode as Hex };
}
