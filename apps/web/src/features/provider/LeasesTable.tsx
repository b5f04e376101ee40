import type { ProviderView } from "@gristmill/shared/api/views";
import Link from "next/link";
import { shortHash } from "../../lib/shortHash.ts";
import { Usd } from "../money/Usd.tsx";
import { When } from "../ui/When.tsx";

/** Recent work: which job, on what, how long, for how much. */
export function LeasesTable({ leases }: { leases: ProviderView["leases"] }) {
  if (leases.length === 0)
    return <p className="text-muted">Each lease of your machines will be listed here, with what it earned.</p>;
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-max text-left">
        <thead>
          <tr className="border-b border-line text-muted">
            <th scope="col" className="py-2 pr-4 font-medium">
              Job
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Machine
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              State
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Assigned
            </th>
            <th scope="col" className="py-2 pr-4 text-right font-medium">
              Billed
            </th>
            <th scope="col" className="py-2 text-right font-medium">
              Earned
            </th>
          </tr>
        </thead>
        <tbody>
          {leases.map((lease) => (
            <tr key={lease.leaseId} className="border-b border-line last:border-0">
              <th scope="row" className="py-2 pr-4 font-normal">
                <Link
                  href={`/jobs/${lease.jobId}`}
                  className="font-mono text-[13px] text-grain-text underline underline-offset-2"
                >
                  {shortHash(lease.jobId)}
                </Link>
              </th>
              <td className="py-2 pr-4">{lease.assetName}</td>
              <td className="py-2 pr-4">
                {lease.state}
                {lease.reason !== "none" && <span className="text-muted">, {lease.reason.replaceAll("_", " ")}</span>}
              </td>
              <td className="py-2 pr-4 text-muted">
                <When at={lease.assignedAt} />
              </td>
              <td className="py-2 pr-4 text-right">{lease.billedSeconds} s</td>
              <td className="py-2 text-right">
                <Usd amount={lease.earned} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
