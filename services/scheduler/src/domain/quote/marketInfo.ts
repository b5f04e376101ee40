import type { Market } from "@gristmill/shared/chain/market";

/** What of a market the price and the terms of a job depend on. */
export type MarketInfo = Pick<
  Market,
  "chainId" | "contracts" | "paymentToken" | "scheduler" | "notary" | "feeBps" | "feeRecipient" | "windowSeconds"
>;
