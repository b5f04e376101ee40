import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import type { Hex } from "viem";
import { accounts, type TestAccount } from "./accounts.ts";
import { CHAIN_ID, type TestMarket } from "./market.ts";

export type BuyerVerb = "Stop" | "Extend" | "Cancel" | "SpendingCap";

/** Signs one of the buyer's relayed verbs. */
export const signBuyer = (
  market: TestMarket,
  primaryType: BuyerVerb,
  message: Record<string, unknown>,
  signer: TestAccount = accounts.buyer,
  chainId = CHAIN_ID,
): Promise<Hex> =>
  signer.signTypedData({
    domain: marketDomain(chainId, market.at.market),
    types: marketTypes,
    primaryType,
    message: message as never,
  });
