import type { JobView } from "@gristmill/shared/api/views";
import { TransactionLink } from "../transactions/TransactionLink.tsx";
import { Hash } from "../ui/Hash.tsx";
import { When } from "../ui/When.tsx";
import { MoneyLines } from "./MoneyLines.tsx";

/** Money in and out, straight from the contract, and every transaction that moved it. */
export function MoneyPanel({ job }: { job: JobView }) {
  return (
    <div className="flex flex-col gap-5">
      <MoneyLines money={job.money} feeBps={job.terms.feeBps} />
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
              <th scope="col" className="hidden py-1.5 pr-4 font-medium sm:table-cell">
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
                  <span className="block text-xs whitespace-nowrap text-muted">
                    <When at={transaction.at} />
                  </span>
                </td>
                <td className="hidden py-1.5 pr-4 sm:table-cell">
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
