import type { Address, Block, Hex, Log, PublicClient } from "viem";
import type { ChainBlock, ChainLog, ChainTransaction } from "../db/generated/client.ts";
import { carriesCaptures, verbOf } from "./calldata.ts";

/** Blocks read at once. */
export const BATCH_BLOCKS = 500n;

/** Newest blocks whose headers are read one by one, so that a fork among them is found. */
const WATCHED_BLOCKS = 64n;

export interface FetchedBatch {
  blocks: ChainBlock[];
  logs: ChainLog[];
  transactions: ChainTransaction[];
}

const headerOf = (block: Block<bigint, false, "latest">): ChainBlock => ({
  number: block.number,
  hash: block.hash,
  parentHash: block.parentHash,
  timestamp: block.timestamp,
});

/**
 * Reads blocks `from` to `to` with the logs of these contracts. Undefined: the chain was reorganised between two answers, try
 * again.
 * @param parent hash that the block before `from` must have, when it is known
 */
export async function fetchBatch(
  publicClient: PublicClient,
  addresses: readonly Address[],
  range: { from: bigint; to: bigint; newest: bigint; parent: Hex | undefined },
): Promise<FetchedBatch | undefined> {
  const { from, to, newest, parent } = range;
  const watchFrom = newest > WATCHED_BLOCKS ? newest - WATCHED_BLOCKS : 0n;
  // Deep blocks are final: their logs are read by number, at once. The newest are read by hash, for between two questions
  // another block may have taken a number.
  const old =
    from < watchFrom
      ? await publicClient.getLogs({
          address: [...addresses],
          fromBlock: from,
          toBlock: to < watchFrom ? to : watchFrom - 1n,
        })
      : [];
  const wanted = new Set<bigint>([to, ...old.map((log) => log.blockNumber)]);
  for (let number = from > watchFrom ? from : watchFrom; number <= to; number++) wanted.add(number);

  const numbers = [...wanted].sort((left, right) => (left < right ? -1 : 1));
  const blocks = await Promise.all(
    numbers.map(async (blockNumber) => headerOf(await publicClient.getBlock({ blockNumber }))),
  );
  if (!linked(blocks, from, parent)) return undefined;
  const watched = blocks.filter(({ number }) => number >= watchFrom);
  const recent = await Promise.all(
    // A node answers with an error for a block that is gone.
    watched.map(({ hash }) =>
      publicClient.getLogs({ address: [...addresses], blockHash: hash as Hex }).catch(() => undefined),
    ),
  );
  if (recent.some((found) => found === undefined)) return undefined;
  const logs = [...old, ...recent.flatMap((found) => found ?? [])];
  const byNumber = new Map(blocks.map((block) => [block.number, block]));
  const rows: ChainLog[] = [];
  for (const log of logs) {
    const block = byNumber.get(log.blockNumber);
    if (block === undefined || block.hash !== log.blockHash) return undefined;
    rows.push(rowOf(log, block));
  }
  const transactions = await fetchTransactions(publicClient, rows);
  return transactions === undefined ? undefined : { blocks, logs: rows, transactions };
}

/** Whether neighbours name each other, and the first one the block that the index has. */
function linked(blocks: readonly ChainBlock[], from: bigint, parent: Hex | undefined): boolean {
  const first = blocks[0];
  if (parent !== undefined && first?.number === from && first.parentHash !== parent) return false;
  return blocks.every((block, index) => {
    const before = blocks[index - 1];
    return before === undefined || before.number + 1n !== block.number || before.hash === block.parentHash;
  });
}

function rowOf(log: Log<bigint, number, false>, block: ChainBlock): ChainLog {
  return {
    blockNumber: log.blockNumber,
    logIndex: log.logIndex,
    blockHash: log.blockHash,
    blockTime: block.timestamp,
    txHash: log.transactionHash,
    address: log.address,
    topics: [...log.topics],
    data: log.data,
  };
}

async function fetchTransactions(
  publicClient: PublicClient,
  logs: readonly ChainLog[],
): Promise<ChainTransaction[] | undefined> {
  const byHash = new Map(logs.map((log) => [log.txHash as Hex, log]));
  const rows = await Promise.all(
    [...byHash].map(async ([hash, log]) => {
      const row = await fetchTransaction(publicClient, hash);
      return row?.blockHash === log.blockHash ? row.transaction : undefined;
    }),
  );
  const found = rows.filter((row) => row !== undefined);
  return found.length === rows.length ? found : undefined;
}

/** One mined transaction with what it cost. */
export async function fetchTransaction(
  publicClient: PublicClient,
  hash: Hex,
  verb?: string,
): Promise<{ blockHash: Hex; transaction: ChainTransaction } | undefined> {
  const [transaction, receipt] = await Promise.all([
    publicClient.getTransaction({ hash }).catch(() => undefined),
    publicClient.getTransactionReceipt({ hash }).catch(() => undefined),
  ]);
  if (transaction === undefined || receipt === undefined) return undefined;
  const { timestamp } = await publicClient.getBlock({ blockHash: receipt.blockHash });
  const called = verb ?? verbOf(transaction.input);
  return {
    blockHash: receipt.blockHash,
    transaction: {
      hash,
      blockNumber: receipt.blockNumber,
      blockTime: timestamp,
      from: receipt.from,
      verb: called,
      gasUsed: receipt.gasUsed,
      input: carriesCaptures(called) ? transaction.input : "0x",
    },
  };
}
