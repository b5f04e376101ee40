import { createChainClock } from "../adapters/chain/chainClock.ts";
import { createChainIndex } from "../adapters/chain/chainIndex.ts";
import { createTrustBook } from "../adapters/chain/createTrustBook.ts";
import { fetchTransaction } from "../adapters/chain/fetchBatch.ts";
import { createIndexer, type IndexerDeps } from "../adapters/chain/indexer.ts";
import { createMarketActions } from "../adapters/chain/marketActions.ts";
import { createMarketWallet } from "../adapters/chain/marketWallet.ts";
import { createSeedKeeper } from "../adapters/chain/seedKeeper.ts";
import { createSender } from "../adapters/chain/sender.ts";
import { CHAIN_PARTITION } from "../application/ownership.ts";
import { tasksOf } from "../application/tasks/tasksOf.ts";
import type { OpenedChain } from "./openChain.ts";
import type { Sharing } from "./openSharing.ts";
import type { Stores } from "./openStores.ts";
import type { Settings } from "./settings.ts";

export type OpenedIndex = Awaited<ReturnType<typeof openIndex>>;

/** What the chain says, and what is sent to it. */
export async function openIndex(
  { config, market, account, log, nowMs }: Settings,
  { chain, transport, publicClient, startWindow }: OpenedChain,
  { chainStore, sent }: Stores,
  { ownership }: Sharing,
  told: { onClockMoved: () => void; onChange: IndexerDeps["onChange"] },
) {
  const { chainId, contracts } = market;
  const clock = createChainClock(publicClient, nowMs, told.onClockMoved);
  const indexer = createIndexer({
    publicClient,
    contracts,
    startBlock: config.startBlock > 0n ? config.startBlock : BigInt(market.startBlock ?? 0),
    store: chainStore,
    fence: () => ownership.fence(CHAIN_PARTITION),
    clock,
    tasksOf,
    onChange: told.onChange,
    log,
  });
  const index = createChainIndex({ publicClient, contracts, indexer, store: chainStore, clock });
  const wallet = createMarketWallet(account, chain, transport, publicClient, sent);
  const sender = createSender({
    publicClient,
    wallet,
    address: account.address,
    store: sent,
    outbidAfterMs: config.outbidAfterMs,
    log,
  });
  const actions = createMarketActions({
    publicClient,
    contracts,
    chainId,
    account,
    sender,
    startWindow,
    catchUp: indexer.catchUp,
    async noteTransaction(hash, verb) {
      const found = await fetchTransaction(publicClient, hash, verb);
      if (found !== undefined) await chainStore.keepTransaction(found.transaction);
    },
  });
  const seeds = createSeedKeeper({ publicClient, contracts, wallet, address: account.address, log });
  const trust = await createTrustBook(publicClient, contracts);
  return { clock, indexer, index, trust, wallet, sender, actions, seeds };
}
