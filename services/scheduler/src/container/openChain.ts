import { openMarketChain } from "../adapters/chain/openMarketChain.ts";
import type { Settings } from "./settings.ts";

export type OpenedChain = Awaited<ReturnType<typeof openChain>>;

/** The market's chain, checked to be the configured one. @throws BaseError `wrong_chain` */
export const openChain = ({ config, market }: Settings) => openMarketChain(market, config.rpcUrl ?? market.rpcUrl);
