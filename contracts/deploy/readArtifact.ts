import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Abi, Hex } from "viem";
import { z } from "zod";

const artifactSchema = z.object({
  abi: z.array(z.looseObject({ type: z.string() })),
  bytecode: z.string().regex(/^0x([0-9a-f]{2})*$/),
  buildInfoId: z.string(),
  inputSourceName: z.string(),
});

const buildInfoSchema = z.object({
  solcLongVersion: z.string(),
  input: z.looseObject({
    language: z.literal("Solidity"),
    sources: z.record(z.string(), z.object({ content: z.string() })),
  }),
});

const artifactsDir = fileURLToPath(new URL("../../artifacts/contracts/src/", import.meta.url));
const buildInfoDir = fileURLToPath(new URL("../../artifacts/build-info/", import.meta.url));

export interface Artifact {
  abi: Abi;
  bytecode: Hex;
  /** Where the compiler's input of this build is, and the source's name in it. */
  build: { buildInfoId: string; inputSourceName: string };
}

/**
 * Reads what `hardhat build` wrote for one contract.
 *
 * @param source file below contracts/src that holds the contract, for example "market/Marketplace.sol"
 * @throws when the contracts were not built
 */
export function readArtifact(source: string, name: string): Artifact {
  const path = `${artifactsDir}${source}/${name}.json`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`No build of ${name}. Run "pnpm exec hardhat build" in the repository root first.`, { cause });
  }
  const artifact = artifactSchema.parse(JSON.parse(text));
  const { buildInfoId, inputSourceName } = artifact;
  return {
    abi: artifact.abi as unknown as Abi,
    bytecode: artifact.bytecode as Hex,
    build: { buildInfoId, inputSourceName },
  };
}

/** The compiler of a build, as explorers name it, and its standard JSON input. */
export function readBuildInfo(id: string): { compiler: string; input: { sources: Record<string, unknown> } } {
  const { solcLongVersion, input } = buildInfoSchema.parse(
    JSON.parse(readFileSync(`${buildInfoDir}${id}.json`, "utf8")),
  );
  return { compiler: `v${solcLongVersion}`, input };
}
