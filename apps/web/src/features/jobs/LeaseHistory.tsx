import type { JobView, LeaseView } from "@gristmill/shared/api/views";
import { bytes } from "../../lib/bytes.ts";
import { duration } from "../../lib/duration.ts";
import { Usd } from "../money/Usd.tsx";
import { When } from "../ui/When.tsx";

const endWords: Record<LeaseView["reason"], string> = {
  none: "",
  completed: "The program ended.",
  failed: "The program ended with an error.",
  stopped_by_buyer: "You stopped it.",
  never_started: "The machine did not start it.",
  node_lost: "The machine was lost.",
  expired: "Its time ran out.",
  evicted: "The provider took the machine back, after the notice it had posted.",
};

const cell = "py-1.5 pr-4 align-top";

/** Every machine that had the job or a part of it: when, how it ended and whose doing that was, what it was paid. */
export function LeaseHistory({ job }: { job: JobView }) {
  if (job.leases.length === 0) return <p className="text-muted">The machines that work on the job are listed here.</p>;
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left" data-testid="lease-history">
        <caption className="sr-only">Machines that had this job, in order</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {job.shards > 1 && (
              <th scope="col" className="py-1.5 pr-4 font-medium">
                Part
              </th>
            )}
            <th scope="col" className="py-1.5 pr-4 font-medium">
              Machine
            </th>
            <th scope="col" className="py-1.5 pr-4 font-medium">
              How it went
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              Charged
            </th>
          </tr>
        </thead>
        <tbody>
          {job.leases.map((lease) => (
            <tr key={lease.leaseId} className="border-b border-line last:border-0">
              {job.shards > 1 && <td className={cell}>{lease.shard + 1}</td>}
              <th scope="row" className={`${cell} font-normal`}>
                {lease.assetName}
                <span className="block text-xs text-muted">
                  <When at={lease.assignedAt} />
                </span>
              </th>
              <td className={cell}>
                {howItWent(lease)}
                <SavedState job={job} lease={lease} />
                {lease.endedBy === "provider" && (
                  <span className="block text-xs text-muted">
                    Not your doing: the work goes on elsewhere out of the same payment, if there is time.
                  </span>
                )}
              </td>
              <td className="py-1.5 text-right align-top whitespace-nowrap">
                <Usd amount={lease.charged} />
                <span className="block text-xs text-muted">
                  {lease.answer ? "fixed price, proven" : `${duration(lease.billedSeconds)} proven`}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What another machine would go on from, should this one be lost. */
function SavedState({ job, lease }: { job: JobView; lease: LeaseView }) {
  const saved = job.checkpoints.find(({ leaseId }) => leaseId === lease.leaseId);
  if (saved === undefined || lease.reason !== "none") return null;
  return (
    <span className="block text-xs text-muted">
      Its program saved its state <When at={saved.savedAt} /> ({bytes(saved.bytes)}): another machine would go on from
      there.
    </span>
  );
}

function howItWent({ reason, state }: LeaseView): string {
  if (reason !== "none") return endWords[reason];
  return state === "assigned" ? "Getting ready." : "Runs.";
}
