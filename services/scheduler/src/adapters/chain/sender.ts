import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Address, Hex, PublicClient } from "viem";
import type { Log } from "../../application/ports.ts";
import type { SentState, SentStore, SentTransaction } from "../db/sentStore.ts";
import type { MarketWallet } from "./marketWallet.ts";
import { revertReason } from "./revertReason.ts";

/** How long a transaction may take to be mined before the task is tried again. */
const RECEIPT_TIMEOUT_MS = 60_000;

export interface Call {
  verb: string;
  jobId: JobId;
  to: Address;
  data: Hex;
}

export interface Sender {
  /**
   * Simulates, sends and waits. Returns the block that has it.
   * @throws BaseError `transaction_reverted` and its kin, `chain_unavailable`
   */
  send(call: Call): Promise<bigint>;
  /** After a start: finds out what became of transactions whose end nobody saw, and sends those again that got lost. */
  recover(): Promise<void>;
}

export function createSender(deps: {
  publicClient: PublicClient;
  wallet: MarketWallet;
  address: Address;
  store: SentStore;
  log: Log;
}): Sender {
  const { publicClient, wallet, address, store, log } = deps;

  /** What became of a transaction: `undefined` while it may still be mined. */
  const fate = async ({ hash, nonce }: SentTransaction): Promise<SentState | undefined> => {
    const receipt = await publicClient.getTransactionReceipt({ hash }).catch(() => undefined);
    if (receipt !== undefined) return receipt.status === "success" ? "mined" : "reverted";
    const used = await publicClient.getTransactionCount({ address, blockTag: "latest" });
    // Another transaction took its nonce: its task decides anew from the chain's state.
    return used > nonce ? "dropped" : undefined;
  };

  return {
    async send({ verb, jobId, to, data }) {
      for (const earlier of await store.openOf(jobId, verb)) {
        const state = await fate(earlier);
        if (state !== undefined) await store.mark(earlier.hash, state);
        const waiting = state === undefined || state === "mined";
        if (waiting) throw new BaseError("chain_unavailable", `An earlier "${verb}" of this job is just being mined.`);
      }
      try {
        await publicClient.call({ account: address, to, data });
      } catch (error) {
        throw revertReason(verb, error);
      }
      let hash: Hex | undefined;
      try {
        hash = await wallet.send({ to, data }, (transaction) => store.keep({ ...transaction, verb, jobId }));
        const receipt = await publicClient.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT_MS });
        await store.mark(hash, receipt.status === "success" ? "mined" : "reverted");
        if (receipt.status === "success") {
          log.info({ verb, jobId, hash, gasUsed: receipt.gasUsed.toString() }, "transaction mined");
          return receipt.blockNumber;
        }
      } catch (error) {
        throw revertReason(verb, error);
      }
      // The simulation passed and the block did not: the world moved in between.
      throw new BaseError("transaction_reverted", `"${verb}" reverted in ${hash}.`, {
        details: { verb, txHash: hash },
      });
    },
    async recover() {
      for (const transaction of await store.open()) {
        const { hash, nonce, raw } = transaction;
        const state = await fate(transaction);
        if (state !== undefined) {
          await store.mark(hash, state);
          continue;
        }
        log.info({ hash, nonce }, "sending a transaction again that was signed before the restart");
        try {
          await wallet.resend(raw);
          const again = await publicClient.waitForTransactionReceipt({ hash, timeout: RECEIPT_TIMEOUT_MS });
          await store.mark(hash, again.status === "success" ? "mined" : "reverted");
        } catch (error) {
          log.warn({ hash, error: String(error) }, "a transaction signed before the restart was not taken");
          await store.mark(hash, "dropped");
        }
      }
    },
  };
}
