import type { JobView } from "@gristmill/shared/api/views";
import { Usd } from "../money/Usd.tsx";
import { TransactionLink } from "../transactions/TransactionLink.tsx";
import { Hash } from "../ui/Hash.tsx";
import { When } from "../ui/When.tsx";
import { moneyOf } from "./moneyOf.ts";

/** Money in and out, straight from the contract, and every transaction that moved it. */
export function MoneyPanel({ job }: { job: JobView }) {
  const money = moneyOf(job.money);
  const lines: [name: string, note: string, amount: bigint, testId: string][] = [
    ["Paid to the provider", "for proven seconds", money.paid, "money-paid"],
    ...(money.booked > 0n
      ? ([
          ["Booked for the provider", "proven; waits for your word or the claim window", money.booked, "money-booked"],
        ] as [string, string, bigint, string][])
      : []),
    ["Market fee", `${job.terms.feeBps / 100} % of what was used`, money.fees, "money-fees"],
    ["Back to you", "what was not used", money.refunded, "money-refunded"],
    ["Still in escrow", "goes to the provider only by proof, else back to you", money.held, "money-held"],
  ];
  return (
    <div className="flex flex-col gap-5">
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
      <div className="overflow-x-auto">
        <table className="w-full text-left text-[13px]">
          <caption className="mb-1 text-left font-medium">Transactions</caption>
          <thead>
            <tr className="border-b border-line text-muted">
              <th scope="col" className="py-1.5 pr-4 font-medium">
                What
              </th>
              <th scope="col" className="py-1.5 pr-4 font-medium">
                Hash
              </th>
              <th scope="col" className="py-1.5 pr-4 font-medium">
                When
              </th>
              <th scope="col" className="py-1.5 pr-4 font-medium">
                Sent by
              </th>
              <th scope="col" className="py-1.5 text-right font-medium">
                Gas
              </th>
            </tr>
          </thead>
          <tbody>
            {job.transactions.map((transaction) => (
              <tr key={`${transaction.txHash}-${transaction.verb}`} className="border-b border-line last:border-0">
                <th scope="row" className="py-1.5 pr-4 font-normal">
                  {transaction.verb}
                </th>
                <td className="py-1.5 pr-4">
                  <TransactionLink hash={transaction.txHash} />
                </td>
                <td className="py-1.5 pr-4 whitespace-nowrap text-muted">
                  <When at={transaction.at} />
                </td>
                <td className="py-1.5 pr-4">
                  <Hash value={transaction.from} name="sender" />
                </td>
                <td className="py-1.5 text-right">{Number(transaction.gasUsed).toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {job.transactions.length === 0 && (
          <p className="mt-2 text-muted">Each transaction of this job will be listed here.</p>
        )}
      </div>
    </div>
  );
}
