import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type Quote, quoteSchema } from "@gristmill/shared/api/quote";
import { searchResultSchema } from "@gristmill/shared/api/search";
import { openedSessionSchema, signInNonceSchema } from "@gristmill/shared/api/session";
import { signInMessage } from "@gristmill/shared/api/signInMessage";
import { type JobView, jobViewSchema } from "@gristmill/shared/api/views";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { toWire } from "@gristmill/shared/units/toWire";
import type { Hex, LocalAccount } from "viem";
import { type Config, parseConfig } from "../src/config.ts";
import { type Scheduler, startScheduler } from "../src/container.ts";
import { marketEnvironment, SCHEDULER_URL } from "./marketEnvironment.ts";
import { testChain } from "./testChain.ts";
import { testDatabase } from "./testDatabase.ts";

/** A whole scheduler on a real chain and a real database. */
export async function testMarket(overrides: Partial<Record<string, string>> = {}) {
  const [chain, database] = await Promise.all([testChain(), testDatabase()]);
  const { environment: market, scheduler, remove } = marketEnvironment(chain);
  const { contracts, chainId } = chain.deployment;
  const environment = { ...market, DATABASE_URL: database.url, ...overrides };
  const config: Config = parseConfig(environment);
  let running: Scheduler = await startScheduler(config);

  /** Tokens of buyers that signed in, and whose job each is. */
  const tokens = new Map<string, string>();
  const buyers = new Map<string, string>();
  const call = async (path: string, body?: unknown): Promise<Response> => {
    const buyerOf = buyers.get(/^\/v1\/jobs\/(0x[0-9a-f]{64})/.exec(path)?.[1] ?? "");
    const token = tokens.get(buyerOf ?? "");
    const init = {
      ...(body !== undefined && { method: "POST" }),
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    };
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

  const signIn = async (wallet: LocalAccount): Promise<string> => {
    const { nonce, now } = signInNonceSchema.parse(await read("/v1/sessions/nonce", {}));
    const message = signInMessage({ address: wallet.address, origin: SCHEDULER_URL, chainId, nonce, now });
    const signature = await wallet.signMessage({ message });
    const { token } = openedSessionSchema.parse(await read("/v1/sessions", { message, signature }));
    return token ?? "";
  };

  /** From now on the job is read as its buyer. */
  const own = async (buyer: LocalAccount, jobId: string): Promise<void> => {
    if (!tokens.has(buyer.address)) tokens.set(buyer.address, await signIn(buyer));
    buyers.set(jobId, buyer.address);
  };

  return {
    signIn,
    own,
    environment,
    chain,
    database,
    scheduler,
    url: () => running.url,
    metricsUrl: () => running.metricsUrl ?? "",
    call,
    read,
    assets: async () => searchResultSchema.parse(await read("/v1/assets")).items,
    async restart() {
      await running.close();
      running = await startScheduler(config);
    },
    async quote(buyer: LocalAccount, maxSeconds = 60): Promise<Quote> {
      const image = `registry.example/job@sha256:${"ab".repeat(32)}`;
      const quote = quoteSchema.parse(
        await read("/v1/quotes", { buyer: buyer.address, workload: { image, maxSeconds } }),
      );
      await own(buyer, quote.jobId);
      return quote;
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
      remove();
    },
  };
}
