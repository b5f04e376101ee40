import type { Market } from "@gristmill/shared/chain/market";
import { type Config, createConfig, createStorage, http, injected } from "wagmi";
import { chainOf } from "../../lib/chainOf.ts";
import type { Confirmations } from "./confirmations.ts";
import { developmentWallet } from "./developmentWallet.ts";

/** Roles a visitor of the local market can take. */
const playableRole = /^(buyer|provider)/;

/** wagmi for one market: wallets that announce themselves (EIP-6963), the plain injected one, and the development wallet. */
export function createWagmiConfig(market: Market, confirmations: Confirmations): Config {
  const chain = chainOf(market);
  const accounts = (market.developmentAccounts ?? []).filter((account) => playableRole.test(account.role));
  return createConfig({
    chains: [chain],
    transports: { [chain.id]: http(market.rpcUrl) },
    connectors: [injected(), ...accounts.map((account) => developmentWallet(market, account, confirmations))],
    multiInjectedProviderDiscovery: true,
    ssr: true,
    // Two markets on one machine share localhost's storage only if their ports agree; the key keeps chains apart.
    storage: createStorage({
      key: `gristmill.${market.chainId}.${market.contracts.market.slice(2, 10)}`,
      storage:
        typeof window === "undefined"
          ? { getItem: () => null, setItem: () => {}, removeItem: () => {} }
          : window.localStorage,
    }),
  });
}
