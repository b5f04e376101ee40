"use client";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import type { JobView } from "@gristmill/shared/api/views";
import type { Market } from "@gristmill/shared/chain/market";
import type { JobId } from "@gristmill/shared/ids/ids";
import { type Terms, termsForChain } from "@gristmill/shared/job/terms";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { useState } from "react";
import type { Abi } from "viem";
import { z } from "zod";
import { ApiError } from "../../lib/apiError.ts";
import { describeError } from "../../lib/describeError.ts";
import { shortHash } from "../../lib/shortHash.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { useNow } from "../shell/nowContext.tsx";
import type { Call } from "../transactions/useTransaction.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { When } from "../ui/When.tsx";
import { ExitByWallet } from "./ExitByWallet.tsx";
import { jobExit } from "./jobExit.ts";
import { moneyOf } from "./moneyOf.ts";
import type { ChainJob } from "./readChainJob.ts";

/**
 * Closes a job past its claim window and sends the rest back: the scheduler pays the gas when it answers; when it does not, any
 * wallet sends the same call, because the exit is anybody's.
 */
export function SettlePanel({
  jobId,
  job,
  schedulerAway,
  onDone,
}: {
  jobId: JobId;
  job: ChainJob;
  schedulerAway: boolean;
  onDone: () => void;
}) {
  const { market, scheduler } = useMarket();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [silent, setSilent] = useState(false);
  const exit = jobExit(job, now);
  const back = formatUsd(moneyOf(job.money).held);
  const to = shortHash(job.terms.refundTo);

  const settle = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await scheduler.post(`/v1/jobs/${jobId}/settle`, {}, z.unknown());
    } catch (error) {
      if (error instanceof ApiError && !error.problem) setSilent(true);
      else setFailure(error);
    }
    setBusy(false);
    onDone();
  };
  if (exit.kind === "closed") return <Closed money={job.money} to={to} />;
  if (exit.kind === "wait") {
    return (
      <p>
        {back} USD of your payment are in escrow. What is not used can be sent back without anybody's consent from the
        end of the claim window on, <When at={exit.opensAt} />. This page will offer it then.
      </p>
    );
  }
  return (
    <div className="flex flex-col items-start gap-3">
      <p>
        The claim window is over. The {back} USD that were not used can go back to the buyer, {to}, now.
        {!schedulerAway && !silent && " It needs no signature and costs you nothing."}
      </p>
      {schedulerAway || silent ? (
        <ExitByWallet
          call={closingCall(exit.kind, job.terms, market.contracts)}
          back={back}
          refundTo={job.terms.refundTo}
          by="anybody"
          onDone={onDone}
        />
      ) : (
        <Button look="primary" data-testid="settle" onClick={settle} disabled={busy}>
          {busy ? "Sending it back" : "Get my money back"}
        </Button>
      )}
      {failure !== undefined && <Notice tone="failed" title={describeError(failure)} />}
    </div>
  );
}

function closingCall(kind: "settle" | "reclaim", terms: Terms, contracts: Market["contracts"]): Call {
  const args = [termsForChain(terms)];
  return kind === "settle"
    ? { address: contracts.market, abi: marketplaceAbi as Abi, functionName: "settle", args }
    : { address: contracts.escrow, abi: escrowAbi as Abi, functionName: "reclaim", args };
}

function Closed({ money, to }: { money: JobView["money"]; to: string }) {
  return (
    <Notice tone="proven" title={`This job is closed; ${formatUsd(money.refunded)} USD went back to ${to}.`}>
      {money.booked > 0n &&
        `${formatUsd(money.booked)} USD are the provider's for proven use, and wait in the contract until it takes them.`}
    </Notice>
  );
}
