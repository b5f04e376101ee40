"use client";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import type { JobView } from "@gristmill/shared/api/views";
import { marketDomain, marketTypes } from "@gristmill/shared/chain/marketTypedData";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { useState } from "react";
import { isAddressEqual } from "viem";
import { useConfig, useConnection } from "wagmi";
import { readContract, signTypedData } from "wagmi/actions";
import { z } from "zod";
import { describeError } from "../../lib/describeError.ts";
import { shortHash } from "../../lib/shortHash.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { When } from "../ui/When.tsx";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { useOnWrongChain, WrongChain } from "../wallet/WrongChain.tsx";

/** The buyer's one decision: accept what was proven and get the rest back, or wait for the claim window. */
export function AcceptPanel({ job, onDone }: { job: JobView; onDone: () => void }) {
  const { market, scheduler } = useMarket();
  const config = useConfig();
  const connection = useConnection();
  const mounted = useMounted();
  const wrongChain = useOnWrongChain();
  const [step, setStep] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const rest = job.money.deposited - job.spent;
  const isBuyer = mounted && connection.address !== undefined && isAddressEqual(connection.address, job.terms.buyer);

  const accept = async () => {
    setFailure(undefined);
    try {
      setStep("Checking the amount on chain");
      const { booked, paid, fees } = await readContract(config, {
        address: market.contracts.escrow,
        abi: escrowAbi,
        functionName: "jobOf",
        chainId: market.chainId,
        args: [job.jobId],
      });
      if (booked + paid + fees !== job.spent) {
        throw new Error(
          "The contract has another amount than this page. Nothing was signed; the page is reading it again.",
        );
      }
      setStep("Waiting for your signature in the wallet");
      const signature = await signTypedData(config, {
        account: job.terms.buyer,
        domain: marketDomain(market.chainId, market.contracts.market),
        types: { Acceptance: marketTypes.Acceptance },
        primaryType: "Acceptance",
        message: { jobId: job.jobId, spent: job.spent },
      });
      setStep("Settling on chain; usually a few seconds");
      await scheduler.post(`/v1/jobs/${job.jobId}/acceptance`, { spent: job.spent, signature }, z.unknown());
    } catch (error) {
      setFailure(error);
    }
    setStep(undefined);
    onDone();
  };
  return (
    <div className="flex flex-col gap-3">
      <p className="text-base font-semibold">
        {formatUsd(job.spent)} USD was used. {formatUsd(rest)} USD comes back to you.
      </p>
      {!isBuyer ? (
        <div className="flex flex-col items-start gap-2">
          <p className="text-muted">Only the buyer, {shortHash(job.terms.buyer)}, can accept it.</p>
          {mounted && connection.address === undefined && <ConnectButton />}
        </div>
      ) : (
        <>
          <WrongChain />
          <p className="rounded-md bg-sunken p-3 text-[13px] leading-5">
            <span className="font-medium">Your wallet will ask for one signature.</span> It says that{" "}
            {formatUsd(job.spent)} USD, fee included, is right: the provider is paid at once and {formatUsd(rest)} USD
            goes to {shortHash(job.terms.refundTo)}. It costs nothing more and no gas. You cannot take it back.
          </p>
          <Button
            look="primary"
            data-testid="accept"
            className="min-h-11 self-start text-base"
            disabled={step !== undefined || wrongChain}
            onClick={accept}
          >
            Accept and get the rest back
          </Button>
        </>
      )}
      <div aria-live="polite">{step && <p className="text-waiting">{step}</p>}</div>
      {failure !== undefined && <Notice tone="failed" title={describeError(failure)} />}
      <p className="text-muted">
        If you do nothing, the claim window closes <When at={job.terms.claimDeadline} />; the provider then gets what it
        proved and the rest can be sent back to you without anybody's consent.
      </p>
    </div>
  );
}
