import { BaseError } from "@gristmill/shared/errors/baseError";
import { addressSchema, bytes32Schema } from "@gristmill/shared/ids/ids";
import type { Address, Hex, PublicClient } from "viem";
import type { Fence } from "../../application/fence.ts";
import type { Log } from "../../application/ports.ts";
import type { TaskName } from "../../application/tasks/queueTasks.ts";
import type { ChainEvent } from "../../domain/lifecycle/chainEvent.ts";
import { foldEvents } from "../../domain/lifecycle/foldEvents.ts";
import { emptyMarketState, type MarketState } from "../../domain/lifecycle/marketState.ts";
import { newsOf } from "../../domain/lifecycle/newsOf.ts";
import { type ChainStore, KEPT_BLOCKS } from "../db/chainStore.ts";
import type { ChainBlock, ChainLog } from "../db/generated/client.ts";
import type { ChainClock } from "./chainClock.ts";
import { decodeLog, type RawLog } from "./decodeLog.ts";
import { BATCH_BLOCKS, fetchBatch } from "./fetchBatch.ts";
import type { MarketContracts } from "./marketContracts.ts";

/** Between two looks for a block that is known to be there. */
const CATCH_UP_MS = 50;

export interface IndexerDeps {
  publicClient: PublicClient;
  contracts: MarketContracts;
  /** First block that may hold something of this market. */
  startBlock: bigint;
  store: ChainStore;
  /** Set while this process writes the index; else it reads what another one writes. */
  fence(): Fence | undefined;
  clock: ChainClock;
  /** Tasks that an event causes; kept with the event. */
  tasksOf(event: ChainEvent): { task: TaskName; payload: Record<string, string>; delayMs?: number }[];
  /** Called after the state changed; `rolledBack` when blocks were taken away. */
  onChange(events: readonly ChainEvent[], rolledBack: boolean): void;
  log: Log;
}

export interface Indexer {
  state(): MarketState;
  /** Newest block in the state. */
  head(): { number: bigint; timestamp: number };
  /** Loads what Postgres has, then reads the chain to its end. */
  open(): Promise<void>;
  /** Reads what is new. Calls share one reading. */
  poll(): Promise<void>;
  /** Polls until the newest block of the chain is in the state, also when another process writes it. */
  refresh(): Promise<void>;
  /** Polls until the block is in the state. */
  catchUp(blockNumber: bigint): Promise<void>;
}

/**
 * Follows the chain: events keyed by block hash, taken back when the chain takes their block back. One process reads the chain and
 * writes the index; the others read the index.
 */
export function createIndexer(deps: IndexerDeps): Indexer {
  const { publicClient, contracts, store, clock, log } = deps;
  const addresses: Address[] = [contracts.market, contracts.escrow, contracts.asset, contracts.registry];
  let state = emptyMarketState;
  let tip: ChainBlock | undefined;
  let running: Promise<void> | undefined;
  /** Token under which this process wrote last. */
  let wrote: bigint | undefined;

  const eventOf = (row: ChainLog): ChainEvent[] => {
    const raw: RawLog = {
      address: addressSchema.parse(row.address),
      topics: row.topics as Hex[],
      data: row.data as Hex,
    };
    const fact = decodeLog(contracts, raw);
    if (fact === undefined) return [];
    const txHash = bytes32Schema.parse(row.txHash);
    return [{ fact, blockNumber: row.blockNumber, logIndex: row.logIndex, at: Number(row.blockTime), txHash }];
  };

  const reload = async () => {
    state = foldEvents(emptyMarketState, (await store.logs()).flatMap(eventOf));
    tip = (await store.newestBlocks(1))[0];
  };

  /** Takes back blocks that the chain no longer has. True when there were any. */
  const rollBack = async (newest: { number: bigint; hash: Hex }, fence: Fence): Promise<boolean> => {
    if (tip === undefined || tip.hash === newest.hash || (await isOnChain(tip, newest.number))) return false;
    for (const block of await store.newestBlocks(Number(KEPT_BLOCKS))) {
      if (!(await isOnChain(block, newest.number))) continue;
      log.warn({ from: tip.number.toString(), to: block.number.toString() }, "the chain was reorganised");
      await store.rollBackTo(block.number, fence);
      await reload();
      return true;
    }
    log.warn({}, "the chain forked below the blocks kept; the index is rebuilt");
    await store.rollBackTo(-1n, fence);
    await reload();
    return true;
  };

  const isOnChain = async (block: ChainBlock, newest: bigint): Promise<boolean> => {
    if (newest < block.number) return false;
    return (await publicClient.getBlock({ blockNumber: block.number })).hash === block.hash;
  };

  /** Takes in what the process that writes the index wrote. */
  const follow = async () => {
    const [newest] = await store.newestBlocks(1);
    if (newest === undefined || newest.hash === tip?.hash) return;
    const mine = tip;
    const stands =
      mine !== undefined && (await store.newestBlocks(Number(KEPT_BLOCKS))).some(({ hash }) => hash === mine.hash);
    if (!stands) {
      await reload();
      deps.onChange([], true);
      return;
    }
    const events = (await store.logsAbove(mine.number))
      .filter(({ blockNumber }) => blockNumber <= newest.number)
      .flatMap(eventOf);
    state = foldEvents(state, events);
    tip = newest;
    await clock.observe(Number(newest.timestamp));
    if (events.length > 0) deps.onChange(events, false);
  };

  const read = async () => {
    const fence = deps.fence();
    if (fence === undefined) {
      wrote = undefined;
      return follow();
    }
    // The one before may have written more than this process has read.
    if (wrote !== fence.token) await reload();
    wrote = fence.token;
    try {
      await write(fence);
    } catch (error) {
      if (!(error instanceof BaseError) || error.code !== "not_owner") throw error;
      wrote = undefined;
    }
  };

  const write = async (fence: Fence) => {
    const latest = await publicClient.getBlock();
    const newest = latest.number;
    const rolledBack = await rollBack(latest, fence);
    const seen: ChainEvent[] = [];
    for (let from = tip === undefined ? deps.startBlock : tip.number + 1n; from <= newest; ) {
      const last = from + BATCH_BLOCKS - 1n;
      const to = last < newest ? last : newest;
      const parent = tip?.number === from - 1n ? (tip.hash as Hex) : undefined;
      const batch = await fetchBatch(publicClient, addresses, { from, to, newest, parent });
      // Reorganised while we read: the next poll starts from what is common.
      if (batch === undefined) break;
      const events = batch.logs.flatMap(eventOf);
      const assigned = events.flatMap(({ fact }) => (fact.kind === "leaseAssigned" ? [fact] : []));
      const next = foldEvents(state, events);
      const news = events.flatMap((event) => newsOf(event, (leaseId) => next.leases.get(leaseId)?.jobId));
      await store.append({ ...batch, assigned, tasks: events.flatMap(deps.tasksOf), news }, fence);
      state = next;
      tip = batch.blocks.at(-1);
      seen.push(...events);
      from = to + 1n;
    }
    if (tip !== undefined) await clock.observe(Number(tip.timestamp));
    if (rolledBack || seen.length > 0) deps.onChange(seen, rolledBack);
  };

  const poll = (): Promise<void> => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };

  const catchUp = async (blockNumber: bigint): Promise<void> => {
    // A poll under way may have asked for the newest block before ours was mined.
    for (let attempt = 0; attempt < 100 && (tip?.number ?? -1n) < blockNumber; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, CATCH_UP_MS));
      await poll();
    }
  };

  return {
    state: () => state,
    head: () => ({ number: tip?.number ?? -1n, timestamp: Number(tip?.timestamp ?? 0) }),
    async open() {
      await reload();
      await poll();
    },
    poll,
    async refresh() {
      await catchUp(await publicClient.getBlockNumber({ cacheTime: 0 }));
    },
    catchUp,
  };
}
