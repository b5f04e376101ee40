import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { account } from "../services/scheduler/test/testChain.ts";
import { testMarket } from "../services/scheduler/test/testMarket.ts";
import { bringToMarket, TestNode } from "../services/scheduler/test/testNode.ts";
import type { Row } from "./row.ts";

const JOBS = 12;
const JOBS_PER_SECOND = 2;
const BLOCK_SECONDS = 1;
const PATIENCE_MS = 60_000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How many seconds of a chain with one block a second pass between a job's funding and its lease, both told by their blocks. */
export async function benchAssigned(): Promise<Row[]> {
  // The interval that ships; tests poll more often.
  const market = await testMarket({ CHAIN_POLL_MS: "200", HEARTBEAT_MS: "1000" });
  const nodes: TestNode[] = [];
  try {
    const { chain } = market;
    const [provider, buyer] = [account(2), account(10)];
    for (let index = 0; index < JOBS; index++) {
      const key = privateKeyToAccount(keccak256(toHex(`assigned ${index}`)));
      const node = new TestNode(chain, key, provider, `node-${index}`);
      await node.connect(market.url());
      nodes.push(node);
      await bringToMarket(chain, provider, key, `node-${index}`, 100n);
    }
    const quotes = [];
    for (let index = 0; index < JOBS; index++) {
      const quote = await market.quote(buyer);
      await market.payVault(buyer, quote);
      quotes.push(quote);
    }
    const fromBlock = await chain.publicClient.getBlockNumber({ cacheTime: 0 });
    await chain.testClient.setAutomine(false);
    await chain.testClient.setIntervalMining({ interval: BLOCK_SECONDS });

    // Each order makes the scheduler sweep its vault into the escrow: that block is when the job is funded.
    await Promise.all(
      quotes.map(async ({ terms, workload, requirements }, index) => {
        await wait((index / JOBS_PER_SECOND) * 1000);
        await market.call("/v1/jobs", { terms, workload, requirements });
      }),
    );
    const { contracts } = chain.deployment;
    const eventsOf = async () => {
      const opened = await chain.publicClient.getContractEvents({
        ...{
          address: contracts.escrow,
          abi: escrowAbi,
          eventName: "JobOpened" as const,
          fromBlock,
          strict: true as const,
        },
      });
      const assigned = await chain.publicClient.getContractEvents({
        ...{ address: contracts.market, abi: marketplaceAbi, eventName: "LeaseAssigned" as const },
        ...{ fromBlock, strict: true as const },
      });
      return { opened, assigned };
    };
    const until = performance.now() + PATIENCE_MS;
    let events = await eventsOf();
    while (events.assigned.length < JOBS && performance.now() < until) {
      await wait(500);
      events = await eventsOf();
    }
    if (events.assigned.length < JOBS) throw new Error(`${events.assigned.length} of ${JOBS} jobs were assigned`);
    const openedIn = new Map(events.opened.map(({ args, blockNumber }) => [args.jobId, blockNumber]));
    const seconds = events.assigned
      .map(({ args, blockNumber }) => Number(blockNumber - (openedIn.get(args.jobId) ?? 0n)) * BLOCK_SECONDS)
      .sort((a, b) => a - b);
    const at = (share: number) =>
      seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * share))] ?? Number.NaN;
    return [
      {
        what: `funded to assigned, both by their blocks, one block a second, ${JOBS} jobs at ${JOBS_PER_SECOND} a second: p50, p99, worst`,
        value: `${at(0.5)} s, ${at(0.99)} s, ${at(1)} s`,
        ratio: `${seconds.filter((each) => each <= 1).length} of ${JOBS} in the next block`,
      },
    ];
  } finally {
    for (const node of nodes) node.disconnect();
    await market.stop();
  }
}
