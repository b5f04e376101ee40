import type { Hex } from "viem";
import {
  type Account,
  type Chain,
  createWalletClient,
  keccak256,
  type LocalAccount,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";

export type SchedulerWallet = WalletClient<Transport, Chain, LocalAccount>;

export interface MarketWallet {
  /**
   * For code that expects a plain viem wallet client (the x402 facilitator). Its transactions take their turn with
   * those of `send`, so that no nonce is used twice.
   */
  client: WalletClient<Transport, Chain, Account>;
  /**
   * Signs, lets `keep` write the transaction down, then sends it.
   * @returns its hash
   */
  send(
    request: { to: Hex; data: Hex },
    keep: (transaction: { hash: Hex; nonce: number; raw: Hex }) => Promise<void>,
  ): Promise<Hex>;
  /** Sends a transaction again that was signed before. */
  resend(raw: Hex): Promise<void>;
}

/** The scheduler's one account. One transaction is sent after the other: each asks for its nonce when the last one is out. */
export function createMarketWallet(
  account: LocalAccount,
  chain: Chain,
  transport: Transport,
  publicClient: PublicClient,
): MarketWallet {
  const base = createWalletClient({ account, chain, transport });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const client = base.extend(() => ({
    sendTransaction: ((request) => inTurn(() => base.sendTransaction(request))) as typeof base.sendTransaction,
    writeContract: ((request) => inTurn(() => base.writeContract(request as never))) as typeof base.writeContract,
  }));
  return {
    client: client as unknown as WalletClient<Transport, Chain, Account>,
    send: ({ to, data }, keep) =>
      inTurn(async () => {
        const nonce = await publicClient.getTransactionCount({ address: account.address, blockTag: "pending" });
        const request = await base.prepareTransactionRequest({ to, data, nonce });
        // The estimate is for this moment; a proof of another job may change storage costs before it is mined.
        const gas = (BigInt(request.gas ?? 0) * 12n) / 10n;
        const raw = await base.signTransaction({ ...request, gas } as Parameters<typeof base.signTransaction>[0]);
        const hash = keccak256(raw);
        await keep({ hash, nonce, raw });
        await base.sendRawTransaction({ serializedTransaction: raw });
        return hash;
      }),
    resend: (raw) =>
      inTurn(async () => {
        await base.sendRawTransaction({ serializedTransaction: raw });
      }),
  };
}
