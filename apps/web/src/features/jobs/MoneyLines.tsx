import type { JobView } from "@gristmill/shared/api/views";
import { Usd } from "../money/Usd.tsx";
import { moneyOf } from "./moneyOf.ts";

/** Where every cent of a job is, straight from the contract. */
export function MoneyLines({ money: read, feeBps }: { money: JobView["money"]; feeBps: number }) {
  const money = moneyOf(read);
  const lines: [name: string, note: string, amount: bigint, testId: string][] = [
    ["Paid to the provider", "for proven use", money.paid, "money-paid"],
    ...(money.booked > 0n
      ? ([
          [
            "Booked for the provider",
            read.closed ? "proven; waits until it is fetched" : "proven; waits for your word or the claim window",
            money.booked,
            "money-booked",
          ],
        ] as [string, string, bigint, string][])
      : []),
    ["Market fee", `${feeBps / 100} % of what was used`, money.fees, "money-fees"],
    ["Back to you", "what was not used", money.refunded, "money-refunded"],
    ["Still in escrow", "goes to the provider only by proof, else back to you", money.held, "money-held"],
  ];
  return (
    <>
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-2">
        <dt>
          You paid in <span className="text-xs text-muted">deposited in escrow</span>
        </dt>
        <dd className="pl-4 text-right font-semibold">
          <Usd amount={money.deposited} testId="money-deposited" />
        </dd>
        {lines.map(([name, note, amount, testId]) => (
          <div key={testId} className="contents">
            <dt className="border-t border-line pt-2">
              {name} <span className="text-xs text-muted">{note}</span>
            </dt>
            <dd className="border-t border-line pt-2 pl-4 text-right">
              <Usd amount={amount} testId={testId} />
            </dd>
          </div>
        ))}
      </dl>
      <p className="text-xs text-muted">
        The lines add up to what you paid in. They are read from the escrow contract.
      </p>
    </>
  );
}
