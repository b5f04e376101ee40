import type { Market } from "@gristmill/shared/chain/market";

/** Addresses of one deployment. */
export type MarketContracts = Market["contracts"];
