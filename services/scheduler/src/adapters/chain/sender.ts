import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Address, Hex, PublicClient } from "viem";
import type { Log } from "../../application/ports.ts";
import type { Purpose, SentCall, SentState, SentStore } from "../db/sentStore.ts";
import { inSpan } from "../telemetry/tracing.ts";
import type { MarketWallet } from "./marketWallet.ts";
import { revertReason } from "./revertReason.ts";

/** How long a transaction may take to be mined before the task is tried again. */
const RECEIPT_TIMEOUT_MS = 60_000;
const BLOCK_POLL_MS = 100;

export interface Call {
  verb: string;
  jobId: JobId;
  placement?: Purpose["placement"];
  to: Address;
  data: Hex;
}

export interface Sender {
  /**
   * Simulates, sends and waits. Returns the block that has it.
   * @throws BaseError `transaction_reverted` and its kin, `chain_unavailable`
   */
  send(call: Call): Promise<bigint>;
  /** Looks after what was sent and is not mined: finds its end, sends it again, outbids it when it waits too long. */
  tend(): Promise<void>;
}

export function createSender(deps: {
  publicClient: PublicClient;
  wallet: MarketWallet;
  address: Address;
  store: SentStore;
  /** A call that waits longer than this is sent again with a higher fee. */
  outbidAfterMs: number;
  log: Log;
}): Sender {
  const { publicClient, wallet, address, store, outbidAfterMs, log } = deps;
  /** Fees are raised so often; then the call is taken back, so that those behind it go on. */
  const MAX_ATTEMPTS = 6;

  /** How a call ended: `undefined` while it may still be mined. What is found is written down. */
  const fate = async ({
    nonce,
    attempts,
  }: SentCall): Promise<{ state: SentState; hash: Hex; block: bigint } | undefined> => {
    for (const { hash, raw } of attempts) {
      const receipt = await publicClient.getTransactionReceipt({ hash }).catch(() => undefined);
      if (receipt === undefined) continue;
      const kept: SentState = receipt.status === "success" ? "mined" : "reverted";
      // A call that was taken back did nothing: its task decides anew.
      const state = wallet.isCancellation(raw) ? "dropped" : kept;
      await store.mark(nonce, state, { hash, block: receipt.blockNumber });
      return { state, hash, block: receipt.blockNumber };
    }
    const used = await publicClient.getTransactionCount({ address, blockTag: "latest" });
    if (used <= nonce) return undefined;
    // Mined between the two questions, or another transaction took its nonce: the next look, or its task, decides anew.
    for (const { hash } of attempts) {
      if ((await publicClient.getTransactionReceipt({ hash }).catch(() => undefined)) !== undefined) return undefined;
    }
    await store.mark(nonce, "dropped");
    return { state: "dropped", hash: attempts[0]?.hash ?? "0x", block: 0n };
  };

  const settled = async (nonce: number) => {
    const until = performance.now() + RECEIPT_TIMEOUT_MS;
    let seen = -1n;
    while (performance.now() < until) {
      const block = await publicClient.getBlockNumber({ cacheTime: 0 });
      if (block !== seen) {
        seen = block;
        const call = await store.find(nonce);
        const end = call === undefined ? undefined : await fate(call);
        if (end !== undefined) return end;
      }
      await new Promise((resolve) => setTimeout(resolve, BLOCK_POLL_MS));
    }
    throw new BaseError("chain_unavailable", "The transaction waits to be mined.");
  };

  const tendOne = async (call: SentCall): Promise<void> => {
    if ((await fate(call)) !== undefined) return;
    const { nonce, verb, attempts } = call;
    try {
      if (call.ageMs < outbidAfterMs) return await wallet.resend(call);
      const cancel = attempts.length >= MAX_ATTEMPTS;
      const hash = await wallet.outbid(call, cancel);
      log.warn({ nonce, verb, hash, cancel }, "a transaction waited too long and is sent again with a higher fee");
    } catch (error) {
      // Most often the node knows it already.
      log.info({ nonce, verb, error: String(error).slice(0, 200) }, "a pending transaction was not taken again");
    }
  };

  return {
    send: ({ verb, jobId, placement, to, data }) =>
      inSpan(`chain ${verb}`, { "job.id": jobId }, async () => {
        for (const earlier of await store.openOf(jobId, verb)) {
          const end = await fate(earlier);
          const waiting = end === undefined || end.state === "mined";
          if (waiting)
            throw new BaseError("chain_unavailable", `An earlier "${verb}" of this job is just being mined.`);
        }
        try {
          await publicClient.call({ account: address, to, data });
          const { nonce } = await wallet.send({ to, data }, { verb, jobId, placement });
          const end = await settled(nonce);
          if (end.state === "mined") {
            log.info({ verb, jobId, hash: end.hash }, "transaction mined");
            return end.block;
          }
          // The simulation passed and the block did not: the world moved in between.
          throw new BaseError("transaction_reverted", `"${verb}" reverted in ${end.hash}.`, {
            details: { verb, txHash: end.hash },
          });
        } catch (error) {
          throw revertReason(verb, error);
        }
      }),
    async tend() {
      for (const call of await store.open()) await tendOne(call);
    },
  };
}
