import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "viem";
import { account, type TestChain } from "./testChain.ts";

/** What the market file says; tests listen on any free port. */
export const SCHEDULER_URL = "http://127.0.0.1:1";

/** What a scheduler on this chain needs in its environment, the database apart. */
export function marketEnvironment(chain: TestChain) {
  const folder = mkdtempSync(join(tmpdir(), "gristmill-scheduler-"));
  const { contracts, chainId } = chain.deployment;
  const scheduler = account(1);
  const market = {
    network: `eip155:${chainId}`,
    chainId,
    rpcUrl: chain.rpcUrl,
    schedulerUrl: SCHEDULER_URL,
    webUrl: "http://127.0.0.1:3000",
    contracts,
    paymentToken: { address: contracts.token, name: "Test Dollar", version: "1", symbol: "tUSD", decimals: 6 },
    scheduler: scheduler.address,
    notary: scheduler.address,
    feeBps: 250,
    feeRecipient: account(3).address,
    windowSeconds: chain.deployment.minGapSeconds,
  };
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const environment = {
    PORT: "0",
    MARKET_FILE: file("market.json", JSON.stringify(market)),
    DATA_DIR: folder,
    TEMPLATES_FILE: file("templates.json", "[]"),
    SCHEDULER_KEY_FILE: file("key", toHex(scheduler.getHdKey().privateKey ?? new Uint8Array())),
    HEARTBEAT_MS: "500",
    LOST_GRACE_MS: "3000",
    CHAIN_POLL_MS: "100",
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
  };
  return { environment, scheduler, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
