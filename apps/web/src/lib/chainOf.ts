import type { Market } from "@gristmill/shared/chain/market";
import { type Chain, defineChain } from "viem";

/** The market's chain as wallets and viem want it. */
export function chainOf(market: Pick<Market, "chainId" | "rpcUrl">): Chain {
  const local = market.chainId === 31337;
  return defineChain({
    id: market.chainId,
    name: local ? "Local test market" : `Chain ${market.chainId}`,
    nativeCurrency: { name: local ? "Test Ether" : "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [market.rpcUrl] } },
    testnet: local,
  });
}
