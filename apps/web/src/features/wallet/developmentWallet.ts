import type { Market } from "@gristmill/shared/chain/market";
import {
  type Address,
  createWalletClient,
  getAddress,
  type Hex,
  hexToString,
  http,
  numberToHex,
  SwitchChainError,
  UserRejectedRequestError,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { createConnector } from "wagmi";
import { chainOf } from "../../lib/chainOf.ts";
import type { Confirmations } from "./confirmations.ts";
import {
  type TypedDataRequest,
  type WalletRequestWords,
  wordsForMessage,
  wordsForTransaction,
  wordsForTypedData,
} from "./walletRequestWords.ts";

export type DevelopmentAccount = NonNullable<Market["developmentAccounts"]>[number];

/** wagmi's connector type of every development wallet. */
export const developmentWalletType = "gristmill-development";

type Connected<WithCapabilities extends boolean> = WithCapabilities extends true
  ? readonly { address: Address; capabilities: Record<string, unknown> }[]
  : readonly Address[];

const unexplained = () =>
  new UserRejectedRequestError(new Error("The development wallet signs only messages it can explain."));

interface RpcTransaction {
  to?: Address;
  data?: Hex;
  value?: Hex;
  gas?: Hex;
}

/**
 * A wallet for newcomers on the local chain: it signs in the browser with a well-known account, after its own dialog
 * said in plain words what is signed. Test money only.
 */
export function developmentWallet(market: Market, entry: DevelopmentAccount, confirmations: Confirmations) {
  const chain = chainOf(market);
  const account = mnemonicToAccount(entry.mnemonic, { path: entry.path as `m/44'/60'/${string}` });
  const client = createWalletClient({ account, chain, transport: http(market.rpcUrl) });
  const storageKey = `gristmill.development-wallet.${entry.role}`;
  let connected = false;

  const agree = async (words: WalletRequestWords) => {
    if (!(await confirmations.ask(account.address, words))) {
      throw new UserRejectedRequestError(new Error("Declined in the development wallet."));
    }
  };

  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    const list = (params ?? []) as unknown[];
    switch (method) {
      case "eth_accounts":
        return connected ? [account.address] : [];
      case "eth_requestAccounts":
        return [account.address];
      case "eth_chainId":
        return numberToHex(market.chainId);
      case "wallet_switchEthereumChain":
        if (Number((list[0] as { chainId: Hex }).chainId) !== market.chainId) {
          throw new SwitchChainError(new Error("The development wallet works on the local chain only."));
        }
        return null;
      case "eth_signTypedData_v4": {
        const typed = (typeof list[1] === "string" ? JSON.parse(list[1]) : list[1]) as TypedDataRequest;
        await agree(wordsForTypedData(typed));
        return account.signTypedData(typed as unknown as Parameters<typeof account.signTypedData>[0]);
      }
      case "eth_sendTransaction": {
        const { to, data, value, gas } = list[0] as RpcTransaction;
        const amount = value === undefined ? undefined : BigInt(value);
        await agree(wordsForTransaction({ to, data, value: amount }, market));
        return client.sendTransaction({
          to: to ?? null,
          ...(data === undefined ? {} : { data }),
          ...(amount === undefined ? {} : { value: amount }),
          ...(gas === undefined ? {} : { gas: BigInt(gas) }),
        });
      }
      case "personal_sign": {
        const raw = list[0] as Hex;
        const words = wordsForMessage(hexToString(raw), window.location.host);
        if (words === undefined) throw unexplained();
        await agree(words);
        return account.signMessage({ message: { raw } });
      }
      case "eth_sign":
        throw unexplained();
      default:
        return client.request({ method, params } as Parameters<typeof client.request>[0]);
    }
  };

  return createConnector((config) => ({
    id: `${developmentWalletType}-${entry.role}`,
    name: `Development wallet (${entry.role})`,
    type: developmentWalletType,
    async connect<WithCapabilities extends boolean = false>() {
      connected = true;
      localStorage.setItem(storageKey, "connected");
      // The answer's shape depends on `withCapabilities`; this wallet has none to tell.
      const accounts = [account.address] as unknown as Connected<WithCapabilities>;
      return { accounts, chainId: market.chainId };
    },
    async disconnect() {
      connected = false;
      localStorage.removeItem(storageKey);
    },
    getAccounts: () => Promise.resolve(connected ? [account.address] : []),
    getChainId: () => Promise.resolve(market.chainId),
    getProvider: () => Promise.resolve({ request }),
    isAuthorized: () => Promise.resolve(localStorage.getItem(storageKey) === "connected"),
    async switchChain({ chainId }) {
      if (chainId !== market.chainId) throw new SwitchChainError(new Error("The local chain only."));
      return chain;
    },
    onAccountsChanged(accounts) {
      config.emitter.emit("change", { accounts: accounts.map((each) => getAddress(each)) });
    },
    onChainChanged(chainId) {
      config.emitter.emit("change", { chainId: Number(chainId) });
    },
    onDisconnect() {
      connected = false;
      config.emitter.emit("disconnect");
    },
  }));
}
