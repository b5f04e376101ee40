import type { JobView, LogLine } from "@gristmill/shared/api/views";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { duration } from "../../lib/duration.ts";
import { Notice } from "../ui/Notice.tsx";
import { plainText } from "./plainText.ts";

/** When the program itself failed: what happened, what of the money is used, and what to do. Nothing otherwise. */
export function RunFailure({ job, logs }: { job: JobView; logs: LogLine[] }) {
  const failed = job.outputs.find(({ manifest }) => manifest.exitCode !== 0);
  if (failed === undefined) return null;
  const code = failed.manifest.exitCode;
  const mine = logs.filter((line) => line.leaseId === failed.leaseId);
  // Why the machine stopped it (memory, limits, its owner), else the last thing the program complained of.
  const stopped = mine.findLast((line) => line.stream === "agent" && line.text.startsWith("stopped"));
  const reason = (stopped ?? mine.findLast((line) => line.stream === "stderr"))?.text;
  const seconds = job.leases.reduce((sum, each) => sum + each.billedSeconds, 0);
  return (
    <Notice
      tone="failed"
      title={`Your program did not finish well: ${job.shards > 1 ? `part ${failed.shard + 1}` : "it"} ended with exit code ${code}.`}
    >
      {reason !== undefined && <p className="font-mono text-[13px] text-ink">{plainText(reason)}</p>}
      <p className="mt-1">
        {job.spent > 0n
          ? `You pay for the ${duration(seconds)} it ran: ${formatUsd(job.spent)} USD, fee included. The rest is yours.`
          : "Nothing of your payment was used."}{" "}
        The end of the log shows how far it came. When the cause is mended, run the job anew.
      </p>
    </Notice>
  );
}
