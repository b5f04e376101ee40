"use client";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import type { Quote, QuoteRequest } from "@gristmill/shared/api/quote";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { useState } from "react";
import { useConfig, useConnection } from "wagmi";
import { readContract, signTypedData } from "wagmi/actions";
import { describeError } from "../../lib/describeError.ts";
import { shortHash } from "../../lib/shortHash.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { useNow } from "../shell/nowContext.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { ConnectButton } from "../wallet/ConnectButton.tsx";
import { useTokenBalance } from "../wallet/useTokenBalance.ts";
import { useOnWrongChain, WrongChain } from "../wallet/WrongChain.tsx";
import { Faucet } from "./Faucet.tsx";
import { fieldLabel } from "./fieldLabel.ts";
import { type PayOutcome, type PayStep, payForJob } from "./payForJob.ts";
import { forgetSignedJob, rememberSignedJob } from "./pendingJobs.ts";

const steps: Record<PayStep, string> = {
  checking: "Checking that the terms are what you see",
  wallet: "Waiting for your signature in the wallet",
  paying: "Paying on chain; usually a few seconds",
};

/** Announces the one signature, then asks for it. */
export function PayPanel({
  quote,
  request,
  current,
  onPaying,
  onFreshQuote,
}: {
  quote: Quote;
  request: QuoteRequest;
  current: boolean;
  onPaying: (paying: boolean) => void;
  /** Asks for the price anew. */
  onFreshQuote: () => Promise<unknown>;
}) {
  const { market, scheduler } = useMarket();
  const config = useConfig();
  const connection = useConnection();
  const wrongChain = useOnWrongChain();
  const mounted = useMounted();
  const now = useNow();
  const router = useRouter();
  const balance = useTokenBalance(connection.address);
  const [step, setStep] = useState<PayStep>();
  const [outcome, setOutcome] = useState<PayOutcome | { kind: "broken"; error: unknown }>();
  const { total } = quote.price;

  const pay = async () => {
    setOutcome(undefined);
    onPaying(true);
    try {
      const result = await payForJob({
        quote,
        request,
        market,
        scheduler,
        now,
        displayedTotal: total,
        readVault: (jobId) =>
          readContract(config, {
            address: market.contracts.escrow,
            abi: escrowAbi,
            functionName: "vaultOf",
            chainId: market.chainId,
            args: [jobId],
          }),
        signTypedData: (data) =>
          signTypedData(config, { account: request.buyer, ...data } as unknown as Parameters<typeof signTypedData>[1]),
        onStep: setStep,
        onSigned: (jobId) => rememberSignedJob(jobId, quote.terms),
      });
      setOutcome(result);
      if (result.kind === "refused" && result.error.problem?.code === "payment_expired") forgetSignedJob(quote.jobId);
      if (result.kind === "ordered") {
        router.push(`/jobs/${result.jobId}`);
        return;
      }
    } catch (error) {
      setOutcome({ kind: "broken", error });
    }
    setStep(undefined);
    onPaying(false);
  };

  if (!mounted || !connection.address) {
    return (
      <div className="flex flex-col items-start gap-2">
        <p className="text-muted">Connect a wallet to order. Looking costs nothing.</p>
        <ConnectButton look="primary" />
      </div>
    );
  }
  const short = balance.data !== undefined && balance.data < total;
  return (
    <div className="flex flex-col gap-3">
      <WrongChain />
      <div className="rounded-md bg-sunken p-3 text-[13px] leading-5">
        <p className="font-medium">Your wallet will ask for one signature.</p>
        <Announcement name="It allows">
          one payment of {formatUsd(total)} USD into this job's vault, {shortHash(quote.vault)} (an escrow that only
          pays proven use, and refunds you)
        </Announcement>
        <Announcement name="The most it can cost">{formatUsd(total)} USD, every fee included, no gas</Announcement>
        <Announcement name="Until">at most one hour after you sign; then it is void if unused</Announcement>
      </div>
      {short && (
        <Notice
          tone="waiting"
          title={`You have ${formatUsd(balance.data ?? 0n)} USD; this needs up to ${formatUsd(total)} USD.`}
        >
          <div className="mt-1">
            <Faucet account={connection.address} />
          </div>
        </Notice>
      )}
      <Button
        look="primary"
        data-testid="pay"
        className="min-h-11 text-base"
        disabled={step !== undefined || wrongChain || !current || short || balance.data === undefined}
        onClick={pay}
      >
        {step ? "Ordering" : `Pay up to ${formatUsd(total)} USD`}
      </Button>
      <div aria-live="polite">{step && <p className="text-waiting">{steps[step]}</p>}</div>
      {outcome && (
        <Outcome
          outcome={outcome}
          onFreshQuote={async () => {
            await onFreshQuote();
            setOutcome(undefined);
          }}
        />
      )}
    </div>
  );
}

function Announcement({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p className="mt-1">
      <span className="text-muted">{name}: </span>
      {children}.
    </p>
  );
}

function Outcome({
  outcome,
  onFreshQuote,
}: {
  outcome: PayOutcome | { kind: "broken"; error: unknown };
  onFreshQuote: () => Promise<unknown>;
}) {
  switch (outcome.kind) {
    case "ordered":
      return <Notice tone="proven" title="Paid. Opening the job." />;
    case "declined":
      return <Notice title="You declined in the wallet. Nothing was charged; the order is still here." />;
    case "mismatch":
      return (
        <Notice
          tone="failed"
          title="Stopped before signing: the order is not what this page shows. Nothing was charged."
        >
          <ul className="list-disc pl-5">
            {outcome.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      );
    case "refused": {
      const code = outcome.error.problem?.code;
      if (code === "payment_expired" || code === "terms_expired") {
        return (
          <Notice
            tone="failed"
            title={
              code === "payment_expired"
                ? "Your signature ran out before the payment was made. Nothing was charged."
                : "This price is too old to be ordered. Nothing was charged."
            }
          >
            <p>
              {code === "payment_expired" && "It is void and can never be used. "}Get a fresh price, look at it, and pay
              that one.
            </p>
            <Button className="mt-2" data-testid="fresh-quote" onClick={onFreshQuote}>
              Get a fresh price
            </Button>
          </Notice>
        );
      }
      return (
        <Notice tone="failed" title={outcome.error.message}>
          {outcome.error.problem?.money && <p>{outcome.error.problem.money}</p>}
          <ul className="list-disc pl-5">
            {outcome.error.problem?.errors?.map((each) => (
              <li key={`${each.field}-${each.message}`}>
                {fieldLabel(each.field)}: {each.message}
              </li>
            ))}
          </ul>
        </Notice>
      );
    }
    case "unknown":
      return (
        <Notice tone="waiting" title="The payment was signed and sent, and no answer came back.">
          It may have gone through; if so it is in the job's escrow and the job starts. Do not pay again before you{" "}
          <Link className="underline" href={`/jobs/${outcome.jobId}`}>
            look at the job
          </Link>
          .
        </Notice>
      );
    case "broken":
      return <Notice tone="failed" title={`${describeError(outcome.error)} Nothing was charged.`} />;
  }
}
