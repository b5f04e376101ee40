import type { Address, Hex } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import type { TestAccount } from "./accounts.ts";
import type { TestMarket } from "./market.ts";
import { PARAMETER } from "./parameters.ts";

export const USD = 1_000_000n;

/** Contracts that take stake. */
export type Pool = "registry" | "attestations" | "arbiters";

/** A development account beyond the named ones, with gas money already in it on the test chain. */
export const extraAccount = (index: number): HDAccount =>
  mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex: 11 + index });

export const MINIMUM_STAKE = 100n * USD;

/** Gives the account test dollars and stakes them. */
export async function stakeIn(market: TestMarket, pool: Pool, account: TestAccount, amount = MINIMUM_STAKE) {
  await approve(market, account, market.at[pool], amount);
  return market.send(account, pool, "stake", [amount]);
}

/** Gives the account test dollars that `spender` may take. */
export async function approve(market: TestMarket, account: TestAccount, spender: Address, amount: bigint) {
  await market.testClient.setBalance({ address: account.address, value: 10n ** 20n });
  await market.send(account, "token", "mint", [account.address, amount]);
  await market.send(account, "token", "approve", [spender, amount]);
}

/** Sends a call as a contract, for verbs that only the market, the court or the timelock may use. */
export async function sendAs(
  market: TestMarket,
  from: Address,
  name: Parameters<TestMarket["read"]>[0],
  verb: string,
  args: readonly unknown[],
) {
  await market.testClient.impersonateAccount({ address: from });
  await market.testClient.setBalance({ address: from, value: 10n ** 20n });
  const account = { address: from, type: "json-rpc" } as unknown as TestAccount;
  return market.send(account, name, verb, args);
}

/** Changes a parameter as the timelock, without its delay. */
export const setParameter = (market: TestMarket, key: keyof typeof PARAMETER, value: bigint) =>
  sendAs(market, market.at.timelock, "parameters", "set", [PARAMETER[key], value]);

export const mine = (market: TestMarket, blocks: number) => market.testClient.mine({ blocks });

export const idOf = (text: string): Hex => `0x${Buffer.from(text).toString("hex").padEnd(64, "0")}`;
