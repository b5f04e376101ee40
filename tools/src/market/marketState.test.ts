import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "@gristmill/shared/chain/deployment";
import { keccak256 } from "viem";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Chain, startChain } from "../services/chain.ts";
import { type ChainClient, chainClient } from "./chainClient.ts";
import { roleAccount } from "./roles.ts";

const place = vi.hoisted(() => ({ dir: "" }));
vi.mock("../checkout.ts", async (original) => ({
  ...(await original<typeof import("../checkout.ts")>()),
  get millDir() {
    return place.dir;
  },
  get buildDir() {
    return place.dir;
  },
}));

let chains: Chain[] = [];
const client = (index: number): ChainClient => chainClient(chains[index]?.rpcUrl ?? "", 31337, roleAccount("provider"));
const stateFile = () => join(place.dir, "market", "state.json");

beforeAll(async () => {
  place.dir = mkdtempSync(join(tmpdir(), "mill-state-"));
  mkdirSync(join(place.dir, "market"));
  mkdirSync(join(place.dir, "stamps"));
  writeFileSync(join(place.dir, "stamps", "contracts"), "same sources");
  const first = await startChain({ millDir: place.dir, name: "one", env: {} });
  // Blocks of development chains differ by the second they were made in.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  chains = [first, await startChain({ millDir: place.dir, name: "two", env: {} })];
  for (const index of [0, 1]) await client(index).publicClient.request({ method: "evm_mine", params: [] } as never);
});
afterAll(async () => {
  for (const chain of chains) await chain.stop();
  rmSync(place.dir, { recursive: true, force: true });
});

it("goes on with a market on its own chain only: another with the same contracts at the same addresses starts anew", async () => {
  const { resumedDeployment } = await import("./marketState.ts");
  const deployment = { chainId: 31337, contracts: {} } as Deployment;
  const contracts = Object.fromEntries(
    ["token", "escrow", "market", "asset", "registry", "verifier", "groth16Verifier"].map((name, index) => [
      name,
      `0x${String(index + 1).padStart(40, "0")}`,
    ]),
  );
  const firstBlock = (await client(0).publicClient.getBlock({ blockNumber: 1n })).hash;
  const limits = { blockNumber: 0, minGapSeconds: 60, feeCeilingBps: 1000 };
  // Nothing is deployed at these addresses on either chain: the code is the same.
  const codes = await Promise.all(
    Object.values(contracts).map((address) => client(0).publicClient.getCode({ address: address as `0x${string}` })),
  );
  const codeHash = keccak256(`0x${codes.map((code) => (code ?? "0x").slice(2)).join("")}`);
  const state = {
    deployment: { ...deployment, contracts, ...limits },
    firstBlock,
    codeHash,
    contractsStamp: "same sources",
  };
  writeFileSync(stateFile(), JSON.stringify(state));
  expect(await resumedDeployment(client(0))).toMatchObject({ contracts });
  // However often it is stopped.
  for (let restart = 0; restart < 4; restart++) {
    await chains[0]?.stop();
    chains[0] = await startChain({ millDir: place.dir, name: "one", env: {} });
    await client(0).publicClient.request({ method: "evm_mine", params: [] } as never);
    expect(await resumedDeployment(client(0))).toMatchObject({ contracts });
  }
  expect(await resumedDeployment(client(1))).toBeUndefined();
});

it("starts anew when a crash cut its own file short, instead of never again", async () => {
  const { resumedDeployment } = await import("./marketState.ts");
  writeFileSync(stateFile(), '{"deployment":{"cha');
  expect(await resumedDeployment(client(0))).toBeUndefined();
});
