import {
  type Account,
  type Chain,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  keccak256,
  type LocalAccount,
  type PublicClient,
  parseTransaction,
  type Transport,
  type WalletClient,
} from "viem";
import type { Attempt, Purpose, SentCall, SentStore } from "../db/sentStore.ts";

export interface MarketWallet {
  /** For code that expects a plain viem wallet client (the x402 facilitator); its transactions are journaled like all others. */
  client: WalletClient<Transport, Chain, Account>;
  /** Takes a nonce, signs, writes down, then sends. */
  send(request: { to: Hex; data: Hex; value?: bigint }, purpose: Purpose): Promise<{ hash: Hex; nonce: number }>;
  /** Sends the newest attempt again. */
  resend(call: SentCall): Promise<void>;
  /** Signs the same call with a higher fee, writes it down and sends it. @param cancel send nothing instead, so that later nonces go on */
  outbid(call: SentCall, cancel: boolean): Promise<Hex>;
  /** Whether this attempt takes its call back. */
  isCancellation(raw: Hex): boolean;
}

/** Nodes take a replacement from a tenth more on; both fees must rise. */
const OUTBID_PERCENT = 130n;
const PLAIN_TRANSFER_GAS = 21_000n;

/** The scheduler's one account. Several processes may use it at once: the journal hands out its nonces. */
export function createMarketWallet(
  account: LocalAccount,
  chain: Chain,
  transport: Transport,
  publicClient: PublicClient,
  store: SentStore,
): MarketWallet {
  const base = createWalletClient({ account, chain, transport });
  const { address } = account;

  const signed = async (request: {
    nonce: number;
    to: Hex;
    data: Hex;
    value: bigint;
    gas: bigint;
    maxFeePerGas: bigint;
    maxPriorityFeePerGas: bigint;
  }): Promise<Attempt> => {
    const raw = await account.signTransaction({ ...request, chainId: chain.id, type: "eip1559" });
    return { hash: keccak256(raw), raw };
  };

  const send: MarketWallet["send"] = async ({ to, data, value = 0n }, purpose) => {
    const [estimate, fees, chainNonce] = await Promise.all([
      publicClient.estimateGas({ account: address, to, data, value }),
      publicClient.estimateFeesPerGas(),
      publicClient.getTransactionCount({ address, blockTag: "latest" }),
    ]);
    // The estimate is for this moment; a proof of another job may change storage costs before it is mined.
    const gas = (estimate * 12n) / 10n;
    const { maxFeePerGas, maxPriorityFeePerGas } = fees;
    let attempt: Attempt | undefined;
    const nonce = await store.keep(chainNonce, purpose, async (next) => {
      attempt = await signed({ nonce: next, to, data, value, gas, maxFeePerGas, maxPriorityFeePerGas });
      return attempt;
    });
    if (attempt === undefined) throw new Error("a call was kept without being signed");
    // What is written down is sent again until it is mined; a node that is away now takes it later.
    await base.sendRawTransaction({ serializedTransaction: attempt.raw }).catch(() => undefined);
    return { hash: attempt.hash, nonce };
  };

  const facilitated = (to: Hex, data: Hex, value: bigint | undefined) =>
    send({ to, data, ...(value === undefined ? {} : { value }) }, { verb: "pay", jobId: null }).then(
      ({ hash }) => hash,
    );
  const client = base.extend(() => ({
    sendTransaction: (({ to, data, value }: { to: Hex; data?: Hex; value?: bigint }) =>
      facilitated(to, data ?? "0x", value)) as unknown as typeof base.sendTransaction,
    writeContract: ((call: { address: Hex; value?: bigint } & Parameters<typeof encodeFunctionData>[0]) =>
      facilitated(call.address, encodeFunctionData(call), call.value)) as unknown as typeof base.writeContract,
  }));

  return {
    client: client as unknown as WalletClient<Transport, Chain, Account>,
    send,
    isCancellation(raw) {
      const { to, data } = parseTransaction(raw);
      return to?.toLowerCase() === address.toLowerCase() && data === undefined;
    },
    async resend({ attempts }) {
      const newest = attempts.at(-1);
      if (newest !== undefined) await base.sendRawTransaction({ serializedTransaction: newest.raw });
    },
    async outbid({ nonce, attempts }, cancel) {
      const newest = attempts.at(-1);
      if (newest === undefined) throw new Error(`nonce ${nonce} has no attempt`);
      const before = parseTransaction(newest.raw);
      const fees = await publicClient.estimateFeesPerGas();
      const higher = (old: bigint | undefined, now: bigint) => {
        const least = ((old ?? 0n) * OUTBID_PERCENT) / 100n + 1n;
        return least > now ? least : now;
      };
      const attempt = await signed({
        nonce,
        to: cancel ? address : (before.to ?? address),
        data: cancel ? "0x" : (before.data ?? "0x"),
        value: cancel ? 0n : (before.value ?? 0n),
        gas: cancel ? PLAIN_TRANSFER_GAS : (before.gas ?? PLAIN_TRANSFER_GAS),
        maxFeePerGas: higher(before.maxFeePerGas, fees.maxFeePerGas),
        maxPriorityFeePerGas: higher(before.maxPriorityFeePerGas, fees.maxPriorityFeePerGas),
      });
      await store.keepAttempt(nonce, attempt);
      await base.sendRawTransaction({ serializedTransaction: attempt.raw });
      return attempt.hash;
    },
  };
}
