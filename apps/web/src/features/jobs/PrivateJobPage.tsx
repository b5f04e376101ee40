"use client";
import { publicJobSchema } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import { useQuery } from "@tanstack/react-query";
import { SignInPanel } from "../session/SignInPanel.tsx";
import { useMarket } from "../shell/marketContext.tsx";
import { Hash } from "../ui/Hash.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { JobStatusBadge } from "./JobStatusBadge.tsx";
import { MoneyLines } from "./MoneyLines.tsx";

const refetchMs = 5_000;

/** A job of a buyer who has not said who they are: what the chain tells everybody, and the way in. */
export function PrivateJobPage({ jobId, refusal }: { jobId: JobId; refusal: string | undefined }) {
  const { scheduler } = useMarket();
  const job = useQuery({
    queryKey: ["public-job", scheduler.baseUrl, jobId],
    queryFn: () => scheduler.get(`/v1/jobs/${jobId}/public`, publicJobSchema),
    refetchInterval: refetchMs,
  });
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-6">
      <h1 className="flex flex-wrap items-center gap-3">
        Job <Hash value={jobId} name="job id" />
        {job.data && (
          <span data-testid="job-status" data-status={job.data.status} aria-live="polite">
            <JobStatusBadge status={job.data.status} />
          </span>
        )}
      </h1>
      {refusal !== undefined && <Notice tone="waiting" title={refusal} />}
      <Panel title="Logs, outputs and what was ordered are private">
        <SignInPanel what="this job's logs and outputs" />
      </Panel>
      {job.data && (
        <Panel title="Money in and out">
          <MoneyLines money={job.data.money} feeBps={job.data.terms.feeBps} />
        </Panel>
      )}
    </div>
  );
}
