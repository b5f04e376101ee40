import type { Quote } from "@gristmill/shared/api/quote";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { duration } from "../../lib/duration.ts";
import { Usd } from "../money/Usd.tsx";

/** The price before anybody signs, with every fee in it. */
export function PricePanel({ price }: { price: Quote["price"] }) {
  return (
    <div>
      <p className="text-lg leading-6 font-semibold">
        Pay up to{" "}
        <span data-testid="quote-total" data-atomic={price.total.toString()} className="whitespace-nowrap">
          {formatUsd(price.total)} USD
        </span>
        , get back what you don't use
      </p>
      <dl className="mt-3 grid grid-cols-[minmax(0,1fr)_auto] gap-y-1.5">
        <dt className="text-muted">
          Compute, {price.shards > 1 && `${price.shards} parts of `}at most {duration(price.maxSeconds)} at{" "}
          <Usd amount={price.pricePerSecond} per="s" />
        </dt>
        <dd className="pl-4 text-right">
          <Usd amount={price.compute} />
        </dd>
        <dt className="text-muted">Market fee, {price.feeBps / 100} % of what is used</dt>
        <dd className="pl-4 text-right">
          <Usd amount={price.fee} />
        </dd>
        <dt className="border-t border-line pt-1.5 font-medium">The most it can cost</dt>
        <dd className="border-t border-line pt-1.5 pl-4 text-right font-medium">
          <Usd amount={price.total} />
        </dd>
      </dl>
      {price.expected < price.total && (
        <p className="mt-2 text-xs text-muted">
          On the machines chosen it costs at most <Usd amount={price.expected} />; the rest is for going on elsewhere
          when one of them fails.
        </p>
      )}
      <p className="mt-2 text-xs text-muted">
        You are billed by the second from when your program starts; getting it onto the machine is free. No gas to pay.
      </p>
    </div>
  );
}
