import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { addressSchema, bytes32Schema, hexSchema } from "@gristmill/shared/ids/ids";
import type { Hex, PublicClient } from "viem";
import type { ChainIndex, ChainTransaction } from "../../application/ports.ts";
import type { ChainStore } from "../db/chainStore.ts";
import type { ChainTransaction as Row } from "../db/generated/client.ts";
import { decodeCaptures } from "./calldata.ts";
import type { ChainClock } from "./chainClock.ts";
import type { Indexer } from "./indexer.ts";
import type { MarketContracts } from "./marketContracts.ts";

function read(row: Row): ChainTransaction {
  return {
    hash: bytes32Schema.parse(row.hash),
    blockNumber: row.blockNumber,
    at: Number(row.blockTime),
    from: addressSchema.parse(row.from),
    verb: row.verb,
    gasUsed: row.gasUsed,
    captures: decodeCaptures(hexSchema.parse(row.input)),
  };
}

/** What the application asks about the chain: the folded events, and the contracts themselves for money. */
export function createChainIndex(deps: {
  publicClient: PublicClient;
  contracts: MarketContracts;
  indexer: Indexer;
  store: ChainStore;
  clock: ChainClock;
}): ChainIndex {
  const { publicClient, contracts, indexer, store, clock } = deps;
  return {
    state: indexer.state,
    chainTime: () => indexer.head().timestamp,
    now: clock.now,
    catchUp: indexer.catchUp,
    refresh: indexer.refresh,
    async transactions(hashes) {
      const rows = await store.transactions(hashes);
      return new Map(rows.map((row): [Hex, ChainTransaction] => [bytes32Schema.parse(row.hash), read(row)]));
    },
    money: (jobId) =>
      publicClient.readContract({
        address: contracts.escrow,
        abi: escrowAbi,
        functionName: "jobOf",
        args: [jobId],
        blockNumber: indexer.head().number,
      }),
    booked: (jobId, payee) =>
      publicClient.readContract({
        address: contracts.escrow,
        abi: escrowAbi,
        functionName: "bookedOf",
        args: [jobId, payee],
        blockNumber: indexer.head().number,
      }),
    withdrawable: (account) =>
      publicClient.readContract({
        address: contracts.escrow,
        abi: escrowAbi,
        functionName: "balanceOf",
        args: [account, contracts.token],
      }),
  };
}
