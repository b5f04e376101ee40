import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestClient, http, publicActions, walletActions } from "viem";
import { foundry } from "viem/chains";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Chain, startChain } from "./chain.ts";

const alice = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const bob = "0x00000000000000000000000000000000000000b0";
let millDir: string;
const started: Chain[] = [];

beforeEach(() => {
  millDir = mkdtempSync(join(tmpdir(), "mill-chain-"));
});
afterEach(async () => {
  for (const chain of started.splice(0)) await chain.stop();
  rmSync(millDir, { recursive: true, force: true });
});

async function start(options: { name?: string; fresh?: boolean } = {}): Promise<Chain> {
  const chain = await startChain({ millDir, env: {}, ...options });
  started.push(chain);
  return chain;
}
function clientOf(chain: Chain) {
  return createTestClient({ chain: foundry, mode: "anvil", transport: http(chain.rpcUrl) })
    .extend(publicActions)
    .extend(walletActions);
}
async function pay(chain: Chain, value: bigint): Promise<bigint> {
  const client = clientOf(chain);
  const hash = await client.sendTransaction({ account: alice, to: bob, value });
  return (await client.waitForTransactionReceipt({ hash })).blockNumber;
}

describe("startChain", () => {
  it("keeps balances, receipts and moved time across a restart, so an escrow is not lost and no block goes back in time", async () => {
    const first = await start();
    const client = clientOf(first);
    await client.increaseTime({ seconds: 1_000_000 });
    const block = await pay(first, 7n);
    const before = await client.getBlock();
    await first.stop();

    const second = await start();
    expect(second.resumed).toBe(true);
    const after = clientOf(second);
    expect(await after.getBalance({ address: bob })).toBe(7n);
    expect((await after.getBlock({ blockNumber: block })).hash).toBe(before.hash);
    await pay(second, 1n);
    // A restart may take less than a second.
    expect((await after.getBlock()).timestamp).toBeGreaterThanOrEqual(before.timestamp);
  });

  it("keeps what was paid after whoever started it was killed: the market goes on without it", async () => {
    const module = join(import.meta.dirname, "chain.ts");
    const options = JSON.stringify({ millDir, env: {} });
    const script = `const { startChain } = await import(${JSON.stringify(module)}); const chain = await startChain(${options}); console.log(chain.rpcUrl);`;
    const mill = spawn(process.execPath, ["--input-type=module", "-e", `${script} setInterval(() => {}, 1e6);`]);
    const [line] = await once(mill.stdout, "data");
    mill.kill("SIGKILL");
    await once(mill, "exit");
    await pay({ rpcUrl: String(line).trim() } as Chain, 9n);
    const again = await start();
    expect(await clientOf(again).getBalance({ address: bob })).toBe(9n);
    // Where wallets look for it.
    expect(again.rpcUrl).toBe(String(line).trim());
  });

  it("goes on from the newest whole state when a crash left a broken one", async () => {
    const first = await start();
    await pay(first, 5n);
    await first.stop();
    writeFileSync(join(millDir, "chain", "0000000099.0000000000.json"), '{"block":{"numb');

    const second = await start();
    expect(await clientOf(second).getBalance({ address: bob })).toBe(5n);
  });

  it("keeps three states and no temporary file, so the disk does not fill", async () => {
    const chain = await start();
    for (let n = 0; n < 5; n++) {
      await pay(chain, 1n);
      await chain.save();
    }
    expect(readdirSync(join(millDir, "chain"))).toHaveLength(3);
  });

  it("runs two side by side, and starts empty when asked to", async () => {
    const one = await start();
    const two = await start({ name: "chain-two" });
    expect(one.rpcUrl).not.toBe(two.rpcUrl);
    await pay(one, 3n);
    expect(await clientOf(two).getBalance({ address: bob })).toBe(0n);
    await one.stop();
    const again = await start({ fresh: true });
    expect(again.resumed).toBe(false);
    expect(await clientOf(again).getBlockNumber()).toBe(0n);
  });

  it("says so when the chain named in RPC_URL is not there, instead of starting another", async () => {
    await expect(startChain({ millDir, env: { RPC_URL: "http://127.0.0.1:1" } })).rejects.toThrow(/RPC_URL/);
  });
});
