import type { Quote } from "@gristmill/shared/api/quote";
import type { Reader } from "@gristmill/shared/inference/sealedWorkload";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { duration } from "../../lib/duration.ts";
import { Usd } from "../money/Usd.tsx";
import { Facts } from "../ui/Facts.tsx";

/** The fixed price of an answer, and who sees what of the question. */
export function AnswerPrice({
  price,
  readers,
  classes,
}: {
  price: Quote["price"];
  readers: readonly Reader[];
  classes: number;
}) {
  const names = readers.map(({ name }) => name);
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="text-lg leading-6 font-semibold">
          <span data-testid="quote-total" data-atomic={price.total.toString()}>
            {formatUsd(price.total)} USD
          </span>{" "}
          for a proven answer, or your money back
        </p>
        <div className="mt-2">
          <Facts
            rows={[
              ["For the provider, however fast it answers", <Usd key="c" amount={price.compute} />],
              [`Market fee, ${price.feeBps / 100} %`, <Usd key="f" amount={price.fee} />],
              ["No proof within", `${duration(price.maxSeconds)}: all of it comes back`],
            ]}
          />
        </div>
      </div>
      <div>
        <p className="mb-1.5 font-medium">Who sees what</p>
        <Facts
          rows={[
            [names.length === 1 ? "Your drawing" : "Your drawing, one of", `you and ${names.join(", ")}`],
            ["The scheduler", "that you asked, and the answer"],
            ["Everybody, on chain", `a commitment, and which of ${classes} it is`],
          ]}
        />
        <p className="mt-2 text-xs text-muted">
          {names.length === 1
            ? "Your drawing is encrypted to this one machine; if it fails, your money comes back."
            : `Your drawing is encrypted to these ${names.length} machines, so that another can take over; each of them could read it.`}{" "}
          The market never has the key. That a machine forgets what it saw, nothing can show.
        </p>
      </div>
    </div>
  );
}
