import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getAddress } from "viem";
import type { Deployed } from "./deploy.ts";
import type { Network } from "./networks.ts";
import { readArtifact, readBuildInfo } from "./readArtifact.ts";

export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
}

/**
 * Writes what a block explorer needs to verify every source: `<chainId>.json` names each contract with its constructor
 * arguments, and beside it lies the compiler's standard JSON input of each build.
 */
export function writeVerification(folder: string, network: Network, deployed: readonly Deployed[]): void {
  const { chainId, explorerApi } = network;
  const inputs = new Set<string>();
  const contracts = deployed.map(({ name, source, address, constructorArguments }) => {
    const { buildInfoId, inputSourceName } = readArtifact(source, name).build;
    const { compiler, input } = readBuildInfo(buildInfoId);
    const standardJsonInput = `${chainId}/${buildInfoId}.json`;
    if (!inputs.has(buildInfoId)) writeJson(join(folder, standardJsonInput), input);
    inputs.add(buildInfoId);
    return {
      name,
      address: getAddress(address),
      contract: `${inputSourceName}:${name}`,
      compiler,
      constructorArguments,
      standardJsonInput,
    };
  });
  writeJson(join(folder, `${chainId}.json`), { chainId, explorerApi, contracts });
}
