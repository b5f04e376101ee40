"use client";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { type ProviderView, publicJobSchema } from "@gristmill/shared/api/views";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { useQuery } from "@tanstack/react-query";
import { Usd } from "../money/Usd.tsx";
import { useMarket } from "../shell/marketContext.tsx";
import { TransactionState } from "../transactions/TransactionState.tsx";
import { useTransaction } from "../transactions/useTransaction.ts";
import { Button } from "../ui/Button.tsx";
import { When } from "../ui/When.tsx";

/** What it earned: to withdraw now, waiting and until when, and in all. */
export function EarningsPanel({ view, lead }: { view: ProviderView; lead: boolean }) {
  const { market, scheduler } = useMarket();
  const transaction = useTransaction();
  const { withdrawable, pending, total } = view.earnings;
  const newest = view.leases.find((lease) => lease.state === "closed")?.jobId;
  const waitsUntil = useQuery({
    queryKey: ["claim-deadline", newest],
    queryFn: async () => (await scheduler.get(`/v1/jobs/${newest}/public`, publicJobSchema)).terms.claimDeadline,
    enabled: pending > 0n && newest !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const withdraw = () =>
    transaction.run(
      async (send) => {
        await send(view.provider, {
          address: market.contracts.escrow,
          abi: escrowAbi,
          functionName: "withdraw",
          args: [view.provider, market.paymentToken.address],
        });
      },
      `${formatUsd(withdrawable)} USD sent to your account`,
    );
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-2">
        <dt>To withdraw now</dt>
        <dd className="text-right text-base font-semibold">
          <Usd amount={withdrawable} testId="earned" />
        </dd>
        <dt>
          Waiting{" "}
          <span className="text-xs text-muted">
            for the buyer's word, or the end of the claim window
            {waitsUntil.data !== undefined && (
              <>
                : <When at={waitsUntil.data} /> at the latest
              </>
            )}
          </span>
        </dt>
        <dd className="text-right">
          <Usd amount={pending} testId="earned-pending" />
        </dd>
        <dt className="text-muted">Earned in all</dt>
        <dd className="text-right text-muted">
          <Usd amount={total} testId="earned-total" />
        </dd>
      </dl>
      <Button
        look={lead && withdrawable > 0n ? "primary" : "plain"}
        data-testid="withdraw"
        className="self-start"
        disabled={withdrawable === 0n || transaction.busy}
        onClick={withdraw}
      >
        Withdraw
      </Button>
      {withdrawable === 0n && (
        <p className="text-xs text-muted">Nothing to withdraw now. What jobs earn arrives here by itself.</p>
      )}
      <TransactionState step={transaction.step} failure={transaction.failure} />
    </div>
  );
}
