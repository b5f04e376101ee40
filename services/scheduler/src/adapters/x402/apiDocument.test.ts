import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DEV_MNEMONIC } from "@gristmill/tools/services/chain";
import { mnemonicToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestChain } from "./testing/startTestChain.ts";
import { startTestSurface, type TestChain } from "./testing/startTestSurface.ts";

const root = new URL("../../../../../", import.meta.url);
let chain: TestChain;

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain?.stop());

it("docs/api.md buys as it stands: a stranger needs nothing but that page and .mill/market.json", async () => {
  const template = {
    image: `job@sha256:${"0".repeat(64)}`,
    command: [],
    env: {},
    cpuMilli: 1000,
    memoryMiB: 256,
    maxOutputMiB: 16,
  };
  const about = { id: "t", title: "t", description: "t", maxSeconds: 120, sampleInputs: [] };
  const surface = await startTestSurface(chain, { templates: [{ ...about, ...template }] });
  // No node runs here: a funded job is a captured one.
  const openJob = surface.memory.openJob.bind(surface.memory);
  surface.memory.openJob = (order) => Object.assign(openJob(order), { status: "captured", spent: 100n });
  const buyer = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 11 });
  await chain.mint(buyer.address, 1_000_000n);

  const folder = mkdtempSync(join(tmpdir(), "gristmill-api-"));
  // Beside the packages that the page says it needs.
  const script = new URL(`services/scheduler/node_modules/.api-${process.pid}.mjs`, root);
  try {
    const account = { role: "buyer", address: buyer.address, mnemonic: DEV_MNEMONIC, path: "m/44'/60'/0'/0/11" };
    const market = { ...surface.memory.market, schedulerUrl: surface.url, developmentAccounts: [account] };
    mkdirSync(join(folder, ".mill"));
    writeFileSync(join(folder, ".mill", "market.json"), JSON.stringify(market));
    const page = readFileSync(new URL("docs/api.md", root), "utf8");
    writeFileSync(script, [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code).join("\n"));
    const { stdout } = await promisify(execFile)(process.execPath, [script.pathname], { cwd: folder });
    expect(stdout).toMatch(
      /^at most 12300, 300 of it the fee, on north\njob 0x[0-9a-f]{64} is captured\n.*\n1 jobs are this wallet's\n1 of 1 fit \[ \{ value: 'DE', count: 1 \} \]\n$/,
    );
    expect(surface.memory.accepted).toMatchObject([{ spent: 100n }]);
    expect(await chain.balanceOf(buyer.address)).toBe(1_000_000n - 12_300n);
  } finally {
    rmSync(script, { force: true });
    rmSync(folder, { recursive: true, force: true });
    await surface.close();
  }
});
