import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { type Quote, quoteSchema } from "@gristmill/shared/api/quote";
import { publicJobSchema } from "@gristmill/shared/api/views";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { toWire } from "@gristmill/shared/units/toWire";
import { marketEnvironment } from "../marketEnvironment.ts";
import { type SchedulerProcess, startSchedulerProcess } from "../schedulerProcess.ts";
import { account, testChain } from "../testChain.ts";
import { bringToMarket } from "../testNode.ts";
import { killableServices } from "./killableServices.ts";
import { randomFrom } from "./randomFrom.ts";
import { workingNode } from "./workingNode.ts";

const PROCESSES = 2;
const NODES = [5, 6, 7, 8];
const BUYERS = [9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
const JOBS_EACH_ROUND = 2;
/** The kill falls somewhere in this time after the round's first order. */
const WITHIN_MS = 3000;
/** A job that takes longer than this is lost; a busy machine takes its time. */
const PATIENCE_MS = 300_000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface KillResult {
  rounds: number;
  kills: Record<string, number>;
  /** Of every job, by the chain alone. */
  jobs: {
    jobId: string;
    leases: { assignedAt: number; endedAt: number; billedSeconds: number }[];
    deposited: bigint;
    paid: bigint;
    fees: bigint;
    refunded: bigint;
    closed: boolean;
  }[];
  /** Placements that more than one transaction carried out: there must be none. */
  carriedOutTwice: number;
}

/**
 * Jobs flow while scheduler processes, Redis and Postgres are killed at random and come back. Ends when every job is settled.
 * @throws when one is not in time: it was lost
 */
export async function killRounds(options: {
  rounds: number;
  seed: number;
  /** No round begins after this time. Default: none is left out. */
  withinMs?: number;
  say(line: string): void;
}): Promise<KillResult> {
  const { rounds, seed, withinMs = Number.POSITIVE_INFINITY, say } = options;
  const until = performance.now() + withinMs;
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const [chain, services] = await Promise.all([testChain(), killableServices()]);
  const { environment, remove } = marketEnvironment(chain);
  const { contracts, chainId } = chain.deployment;
  const provider = account(2);
  const start = () =>
    startSchedulerProcess({ ...environment, DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl });
  const processes: (SchedulerProcess | undefined)[] = [];
  for (let index = 0; index < PROCESSES; index++) processes.push(await start());
  const urls = () => processes.flatMap((process) => (process === undefined ? [] : [process.url]));
  const nodes = NODES.map((index) =>
    workingNode({ chain, account: account(index), provider, name: `node-${index}`, urls }),
  );

  /** Asks any living process until one answers; 4xx answers but 402 are mistakes of this test. */
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const until = Date.now() + PATIENCE_MS;
    let last = "no process lives";
    while (Date.now() < until) {
      const at = urls();
      const url = at[Math.floor(Math.random() * at.length)];
      if (url !== undefined) {
        const init = {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(toWire(body)),
        };
        const response = await fetch(`${url}${path}`, body === undefined ? {} : init).catch((error: unknown) =>
          String(error),
        );
        if (typeof response === "string") last = response;
        else {
          const answer: unknown = await response.json().catch(() => undefined);
          if (response.ok) return answer;
          last = `${response.status} ${JSON.stringify(answer)}`;
        }
      }
      await wait(250);
    }
    throw new Error(`${path}: ${last}`);
  };

  const buy = async (buyerIndex: number): Promise<Quote> => {
    const buyer = account(buyerIndex);
    const workload = { image: `registry.example/job@sha256:${"ab".repeat(32)}`, maxSeconds: 60 };
    const quote = quoteSchema.parse(await ask("/v1/quotes", { buyer: buyer.address, workload }));
    const { terms, requirements } = quote;
    const order = { terms, workload: quote.workload, requirements };
    const token = { address: contracts.token, abi: testDollarAbi } as const;
    const wallet = chain.walletOf(buyer);
    const mined = async (hash: `0x${string}`) => chain.publicClient.waitForTransactionReceipt({ hash });
    await mined(await wallet.writeContract({ ...token, functionName: "mint", args: [buyer.address, terms.cap] }));
    await mined(await wallet.writeContract({ ...token, functionName: "transfer", args: [quote.vault, terms.cap] }));
    await ask("/v1/jobs", order);
    return quote;
  };

  const jobs = new Map<string, { quote: Quote; buyer: number }>();
  const kills: Record<string, number> = { scheduler: 0, redis: 0, postgres: 0 };
  const strike = async (victim: number) => {
    if (victim === 0) {
      kills.redis = (kills.redis ?? 0) + 1;
      return services.killRedis();
    }
    if (victim === 1) {
      kills.postgres = (kills.postgres ?? 0) + 1;
      return services.killPostgres();
    }
    kills.scheduler = (kills.scheduler ?? 0) + 1;
    const index = victim % PROCESSES;
    const killed = processes[index];
    processes[index] = undefined;
    await killed?.kill();
    processes[index] = await start();
  };

  try {
    for (const index of NODES) await bringToMarket(chain, provider, account(index), `node-${index}`, 100n);
    let round = 0;
    for (; round < rounds && performance.now() < until; round++) {
      const victim = below(2 + PROCESSES);
      const atMs = below(WITHIN_MS);
      say(
        `round ${round + 1} of ${rounds}: ${["redis", "postgres"][victim] ?? "a scheduler"} is killed after ${atMs} ms`,
      );
      const ordered = Array.from({ length: JOBS_EACH_ROUND }, async (_, index) => {
        const buyer = BUYERS[(round * JOBS_EACH_ROUND + index) % BUYERS.length] ?? 9;
        const quote = await buy(buyer);
        jobs.set(quote.jobId, { quote, buyer });
      });
      await Promise.all([...ordered, wait(atMs).then(() => strike(victim))]);
    }

    // Every job comes to its end: captured, countersigned, settled.
    for (const [jobId, { buyer }] of jobs) {
      const lostAt = Date.now() + PATIENCE_MS;
      for (;;) {
        const job = publicJobSchema.parse(await ask(`/v1/jobs/${jobId}/public`));
        // Nothing waits for a payee any more: what is still booked would be missing in the sum.
        if (job.status === "settled" && job.money.closed && job.money.booked === 0n) break;
        if (job.status === "captured") {
          const spent = job.spent;
          const signature = await account(buyer).signTypedData({
            domain: marketDomain(chainId, contracts.market),
            types: { Acceptance: marketTypes.Acceptance },
            primaryType: "Acceptance",
            message: { jobId: jobId as `0x${string}`, spent },
          });
          await ask(`/v1/jobs/${jobId}/acceptance`, { spent, signature });
        }
        if (Date.now() > lostAt) throw new Error(`job ${jobId} is lost: ${job.status} (seed ${seed})`);
        await wait(300);
      }
    }
    return {
      rounds: round,
      kills,
      jobs: await Promise.all([...jobs.keys()].map(factsOf)),
      carriedOutTwice: await twice(),
    };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    for (const process of processes) await process?.kill();
    await services.stop();
    await chain.stop();
    remove();
  }

  async function factsOf(jobId: string): Promise<KillResult["jobs"][number]> {
    const id = jobId as `0x${string}`;
    const market = { address: contracts.market, abi: marketplaceAbi } as const;
    const money = await chain.publicClient.readContract({
      ...{ address: contracts.escrow, abi: escrowAbi, functionName: "jobOf" as const, args: [id] as const },
    });
    const assigned = await chain.publicClient.getContractEvents({
      ...{ ...market, eventName: "LeaseAssigned", args: { jobId: id }, fromBlock: 0n },
    });
    const leases = await Promise.all(
      assigned.map(async ({ args }) => {
        const leaseId = args.leaseId ?? "0x";
        const lease = await chain.publicClient.readContract({ ...market, functionName: "leaseOf", args: [leaseId] });
        const { assignedAt, endedAt, billedSeconds } = lease;
        return { assignedAt: Number(assignedAt), endedAt: Number(endedAt), billedSeconds };
      }),
    );
    const { deposited, paid, fees, refunded, closed } = money;
    return { jobId, leases, deposited, paid, fees, refunded, closed };
  }

  /** Mined assignments beyond one for each decision. */
  async function twice(): Promise<number> {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: services.databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT count(*) AS sent, count(DISTINCT placement_id) AS decided FROM sent_calls WHERE verb = 'assign' AND state = 'mined'`,
    );
    await client.end();
    return Number(rows[0].sent) - Number(rows[0].decided);
  }
}
