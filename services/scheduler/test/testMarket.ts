import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type Quote, quoteSchema } from "@gristmill/shared/api/quote";
import { type JobView, jobViewSchema } from "@gristmill/shared/api/views";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Hex, type LocalAccount, toHex } from "viem";
import { type Config, parseConfig } from "../src/config.ts";
import { type Scheduler, startScheduler } from "../src/container.ts";
import { account, testChain } from "./testChain.ts";
import { testDatabase } from "./testDatabase.ts";

/** A whole scheduler on a real chain and a real database. */
export async function testMarket(overrides: Partial<Record<string, string>> = {}) {
  const [chain, database] = await Promise.all([testChain(), testDatabase()]);
  const folder = mkdtempSync(join(tmpdir(), "gristmill-scheduler-"));
  const { contracts, chainId } = chain.deployment;
  const scheduler = account(1);
  const market = {
    network: `eip155:${chainId}`,
    chainId,
    rpcUrl: chain.rpcUrl,
    schedulerUrl: "http://127.0.0.1:1",
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
    DATABASE_URL: database.url,
    MARKET_FILE: file("market.json", JSON.stringify(market)),
    DATA_DIR: folder,
    TEMPLATES_FILE: file("templates.json", "[]"),
    SCHEDULER_KEY_FILE: file("key", toHex(scheduler.getHdKey().privateKey ?? new Uint8Array())),
    HEARTBEAT_MS: "500",
    CHAIN_POLL_MS: "100",
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
    ...overrides,
  };
  const config: Config = parseConfig(environment);
  let running: Scheduler = await startScheduler(config);

  const call = async (path: string, body?: unknown): Promise<Response> => {
    const init = body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" } };
    return fetch(`${running.url}${path}`, {
      ...init,
      ...(body === undefined ? {} : { body: JSON.stringify(toWire(body)) }),
    });
  };
  const read = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await call(path, body);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };

  return {
    environment,
    chain,
    database,
    scheduler,
    url: () => running.url,
    call,
    read,
    async restart() {
      await running.close();
      running = await startScheduler(config);
    },
    async quote(buyer: LocalAccount, maxSeconds = 60): Promise<Quote> {
      const image = `registry.example/job@sha256:${"ab".repeat(32)}`;
      return quoteSchema.parse(await read("/v1/quotes", { buyer: buyer.address, workload: { image, maxSeconds } }));
    },
    /** Pays the vault of a quote by a plain transfer from a fresh balance. */
    async payVault(buyer: LocalAccount, quote: Quote): Promise<Hex> {
      const token = { address: contracts.token, abi: testDollarAbi } as const;
      const wallet = chain.walletOf(buyer);
      await wallet.writeContract({ ...token, functionName: "mint", args: [buyer.address, quote.terms.cap] });
      return wallet.writeContract({ ...token, functionName: "transfer", args: [quote.vault, quote.terms.cap] });
    },
    /** Waits until the job's view satisfies the condition. */
    async jobWhen(jobId: string, condition: (job: JobView) => boolean): Promise<JobView> {
      let seen = "nothing";
      for (let attempt = 0; attempt < 300; attempt++) {
        const response = await call(`/v1/jobs/${jobId}`);
        if (response.ok) {
          const job = jobViewSchema.parse(await response.json());
          if (condition(job)) return job;
          seen = `${job.status}: ${job.detail}`;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`the job did not get there; last seen ${seen}`);
    },
    signAcceptance: (buyer: LocalAccount, jobId: Hex, spent: bigint) =>
      buyer.signTypedData({
        domain: marketDomain(chainId, contracts.market),
        types: { Acceptance: marketTypes.Acceptance },
        primaryType: "Acceptance",
        message: { jobId, spent },
      }),
    async stop() {
      await running.close();
      await database.drop();
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
