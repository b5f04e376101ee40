import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { Terms } from "@gristmill/shared/job/terms";
import { leaseStates } from "@gristmill/shared/lease/leaseState";
import type { LocalAccount } from "viem";
import type { TestChain } from "../testChain.ts";
import { TestNode } from "../testNode.ts";

const RETRY_MS = 250;
const SECONDS = 1;
const CAPTURE_MS = 6000;
type Held = { leaseId: `0x${string}`; terms: Terms };

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A node that comes back to whichever scheduler process lives, and works off every lease it is told of. */
export function workingNode(options: {
  chain: TestChain;
  account: LocalAccount;
  provider: LocalAccount;
  name: string;
  /** Where schedulers listen now. */
  urls: () => string[];
}) {
  const { chain, account, provider, name, urls } = options;
  const { market } = chain.deployment.contracts;
  let held: Held | undefined;
  let stopped = false;
  let node = new TestNode(chain, account, provider, name);

  const leaseOf = (leaseId: `0x${string}`) =>
    chain.publicClient.readContract({ address: market, abi: marketplaceAbi, functionName: "leaseOf", args: [leaseId] });

  /** One lease, from where the chain says it stands. True: nothing is left to do for it. */
  const work = async ({ leaseId, terms }: Held): Promise<boolean> => {
    const lease = await leaseOf(leaseId);
    const state = leaseStates[lease.state];
    // Ended by others: without the node's word it would wait for its proof until the capture deadline.
    if (state === "ended") await node.waive(terms, leaseId);
    // Or captured before a connection broke.
    if (state === "ended" || state === "closed") return true;
    if (lease.startedAt === 0n) await node.start(leaseId);
    const { startedAt } = await leaseOf(leaseId);
    // Chain and notary each count by their own clock.
    await wait(1100);
    while ((await chain.publicClient.getBlock()).timestamp <= startedAt) {
      await chain.testClient.mine({ blocks: 1 });
      await wait(200);
    }
    const late = wait(CAPTURE_MS).then(() => {
      throw new Error("the notary does not answer");
    });
    await Promise.race([node.captureAll(terms, leaseId, SECONDS, `0x${"cd".repeat(32)}`), late]);
    return true;
  };

  const live = async () => {
    while (!stopped) {
      try {
        const at = urls();
        const url = at[Math.floor(Math.random() * at.length)];
        if (url === undefined) throw new Error("no scheduler lives");
        node = new TestNode(chain, account, provider, name);
        await node.connect(url);
        while (!stopped && !node.closed) {
          held ??= await node.next("lease");
          if (await work(held)) held = undefined;
        }
      } catch {
        // Cut off, refused or told to wait: from the chain's state again.
        node.disconnect();
        await wait(RETRY_MS);
      }
    }
  };
  const living = live();
  return {
    async stop() {
      stopped = true;
      node.disconnect();
      await living;
    },
  };
}
