import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import type { Market } from "@gristmill/shared/chain/market";
import type { Hash } from "viem";
import type { ChainClient } from "../market/chainClient.ts";
import { roleAccount } from "../market/roles.ts";

/** Test dollars the development buyer of a local market is given: 100. */
const BUYER_DOLLARS = 100_000_000n;

/** Gives test dollars to the buyer that `.mill/market.json` names; a client that joins has nothing else to pay with. */
export function fundBuyer(market: Pick<Market, "paymentToken">, chain: Pick<ChainClient, "write">): Promise<Hash> {
  return chain.write({
    address: market.paymentToken.address,
    abi: testDollarAbi,
    functionName: "mint",
    args: [roleAccount("buyer").address, BUYER_DOLLARS],
  });
}
