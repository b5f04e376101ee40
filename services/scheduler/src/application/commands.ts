import type { Market } from "@gristmill/shared/chain/market";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { JobId } from "@gristmill/shared/ids/ids";
import { jobIdOf } from "@gristmill/shared/job/terms";
import type { Address } from "viem";
import type { JobDriver } from "./jobDriver.ts";
import type { MarketCommands } from "./marketCommands.ts";
import type { ChainIndex, JobNotes, MarketActions, OrderStore } from "./ports.ts";

export interface CommandsDeps {
  market: Market;
  index: ChainIndex;
  actions: MarketActions;
  orders: OrderStore;
  jobNotes: JobNotes;
  driver: JobDriver;
  vaultOf(jobId: JobId): Address;
}

/**
 * What the HTTP surface may cause. Each command is first written down with the queue task that finishes it, then tried at
 * once, so that the caller hears the outcome and a crash in between loses nothing.
 */
export function createMarketCommands(deps: CommandsDeps): MarketCommands {
  const { market, index, actions, orders, jobNotes, driver } = deps;
  const idOf = (order: Parameters<MarketCommands["keepOrder"]>[0]) =>
    jobIdOf(order.terms, market.contracts.escrow, market.chainId);

  const findJob = async (jobId: Parameters<MarketCommands["accept"]>[0]) => {
    const job = index.state().jobs.get(jobId);
    if (job === undefined || (await orders.find(jobId)) === undefined) {
      throw new BaseError("not_found", `There is no job ${jobId}.`);
    }
    return job;
  };

  return {
    async keepOrder(order) {
      const jobId = idOf(order);
      await orders.keep(jobId, order, deps.vaultOf(jobId));
    },
    async isFunded(jobId) {
      if (index.state().jobs.has(jobId)) return true;
      // The index may be a moment behind a transaction that just funded it.
      return (await index.money(jobId)).deposited > 0n;
    },
    async fundFromVault(order, { txHash }) {
      const jobId = idOf(order);
      await orders.keep(jobId, order, deps.vaultOf(jobId));
      if (txHash !== undefined) {
        await orders.notePayment(jobId, txHash);
        await actions.noteTransaction(txHash, "pay");
      }
      await driver.handlers.sweepVault({ jobId });
      if (!index.state().jobs.has(jobId)) {
        throw new BaseError("payment_pending", "The payment is not in the job's vault yet; it is looked for again.");
      }
    },
    async accept(jobId, spent, signature) {
      const job = await findJob(jobId);
      const money = await index.money(jobId);
      const actual = money.booked + money.paid + money.fees;
      if (money.closed || (money.accepted && spent === actual)) return;
      if (spent !== actual) {
        throw unacceptable("spent", `What was spent is ${actual} now, not ${spent}; sign that instead.`);
      }
      if (!(await actions.verifyAcceptance(job.terms.buyer, jobId, spent, signature))) {
        throw unacceptable(
          "signature",
          `The signature is not that of the buyer, ${job.terms.buyer}, for this job and ${actual}.`,
        );
      }
      await jobNotes.keepAcceptance(jobId, spent, signature);
      await driver.handlers.relayAcceptance({ jobId });
    },
    async settle(jobId) {
      const job = await findJob(jobId);
      if (job.closed !== null) return;
      await driver.settle(job);
    },
  };
}

function unacceptable(field: string, message: string): BaseError {
  return new BaseError("acceptance_invalid", message, { details: { errors: [{ field, message }] } });
}
