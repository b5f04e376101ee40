import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Deployment, deploymentSchema } from "@gristmill/shared/chain/deployment";
import { keccak256 } from "viem";
import { z } from "zod";
import { runProgram } from "../build/runProgram.ts";
import { buildDir, checkoutRoot, millDir } from "../checkout.ts";
import type { Chain } from "../services/chain.ts";
import type { ChainClient } from "./chainClient.ts";
import { modelsFile } from "./models.ts";
import { roleAccount } from "./roles.ts";

const stateSchema = z.object({
  deployment: deploymentSchema,
  /** Tells chains apart: development chains give the same contracts the same addresses. */
  firstBlock: z.string(),
  codeHash: z.string(),
  contractsStamp: z.string(),
});
const stateFile = join(millDir, "market", "state.json");
const contractsStampFile = join(buildDir, "stamps", "contracts");

/** Data of one market besides the chain: gone when the chain starts anew, because it speaks of the old one. */
const dataFolders = ["postgres", "scheduler", "nodes"].map((name) => join(millDir, name));

async function codeHash(chain: ChainClient, deployment: Deployment): Promise<string> {
  const codes = await Promise.all(
    Object.values(deployment.contracts).flatMap((address) =>
      address ? [chain.publicClient.getCode({ address })] : [],
    ),
  );
  return keccak256(`0x${codes.map((code) => (code ?? "0x").slice(2)).join("")}`);
}

/** Hash of block 1, if there is one; anvil does not keep block 0 over a restart. */
async function firstBlockOf({ publicClient }: ChainClient): Promise<string | undefined> {
  if ((await publicClient.getBlockNumber({ cacheTime: 0 })) === 0n) return undefined;
  return (await publicClient.getBlock({ blockNumber: 1n })).hash ?? undefined;
}

function readState(): z.infer<typeof stateSchema> | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(stateFile, "utf8")));
  } catch {
    return undefined; // None yet, or of an earlier version: the market starts anew.
  }
}

/** The deployment a resumed chain carries, when it is the one these sources would make; else undefined. */
export async function resumedDeployment(chain: ChainClient): Promise<Deployment | undefined> {
  const state = readState();
  if (!state || !existsSync(contractsStampFile)) return undefined;
  if (state.firstBlock !== (await firstBlockOf(chain))) return undefined;
  const sameSources = state.contractsStamp === readFileSync(contractsStampFile, "utf8");
  return sameSources && state.codeHash === (await codeHash(chain, state.deployment)) ? state.deployment : undefined;
}

/** Forgets the old market's data. The chain's own state is dropped by starting it `fresh`. */
export function forgetMarketData(): void {
  for (const folder of dataFolders) rmSync(folder, { recursive: true, force: true });
  for (const file of [stateFile, modelsFile]) rmSync(file, { force: true });
}

/** Runs the one deploy script and remembers what it made. */
export async function deployMarket(running: Chain, chain: ChainClient): Promise<Deployment> {
  mkdirSync(join(millDir, "market"), { recursive: true });
  const file = join(millDir, "market", "deployment.json");
  await runProgram("deploy", process.execPath, [join(checkoutRoot, "contracts/deploy/main.ts"), file], {
    PATH: process.env.PATH,
    RPC_URL: running.rpcUrl,
    // Reputation counts settled work whose fee went to one of these.
    FEE_RECIPIENTS: roleAccount("treasury").address,
  });
  const deployment = deploymentSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const state = {
    deployment,
    firstBlock: await firstBlockOf(chain),
    codeHash: await codeHash(chain, deployment),
    contractsStamp: readFileSync(contractsStampFile, "utf8"),
  };
  writeFileSync(`${stateFile}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${stateFile}.new`, stateFile);
  return deployment;
}
