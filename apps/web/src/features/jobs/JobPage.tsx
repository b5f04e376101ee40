"use client";
import type { JobView } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import Link from "next/link";
import { ApiError } from "../../lib/apiError.ts";
import { AnswerPanel } from "../answers/AnswerPanel.tsx";
import { signedJobs, signedTerms } from "../buy/pendingJobs.ts";
import { useNow } from "../shell/nowContext.tsx";
import { buttonClass } from "../ui/Button.tsx";
import { EmptyState } from "../ui/EmptyState.tsx";
import { Hash } from "../ui/Hash.tsx";
import { LoadError } from "../ui/LoadError.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { When } from "../ui/When.tsx";
import { AcceptPanel } from "./AcceptPanel.tsx";
import { ChainJobPage } from "./ChainJobPage.tsx";
import { JobStatusBadge } from "./JobStatusBadge.tsx";
import { LeaseHistory } from "./LeaseHistory.tsx";
import { LogPanel } from "./LogPanel.tsx";
import { Meter } from "./Meter.tsx";
import { MoneyPanel } from "./MoneyPanel.tsx";
import { OutputsPanel } from "./OutputsPanel.tsx";
import { PrivateJobPage } from "./PrivateJobPage.tsx";
import { ReceiptPanel } from "./ReceiptPanel.tsx";
import { RunFailure } from "./RunFailure.tsx";
import { SettlePanel } from "./SettlePanel.tsx";
import { Timeline } from "./Timeline.tsx";
import { useChainJob } from "./useChainJob.ts";
import { useJobStream } from "./useJobStream.ts";
import { VaultPanel } from "./VaultPanel.tsx";

/** The heart: one job, live, from payment to the last cent. */
export function JobPage({ jobId }: { jobId: JobId }) {
  const { job, failure, logs, connection, lostSince, isSignedOut } = useJobStream(jobId);
  const mounted = useMounted();
  // A scheduler that is gone, or forgot: the chain knows where the money is.
  const refusal = failure instanceof ApiError ? failure.problem : undefined;
  const isPrivate = isSignedOut || refusal?.status === 401 || refusal?.status === 403;
  const chain = useChainJob(jobId, failure !== undefined && !isPrivate);
  if (isPrivate && !job.data) {
    return <PrivateJobPage jobId={jobId} refusal={refusal?.status === 403 ? refusal.detail : undefined} />;
  }
  if (job.data) {
    const away = failure !== undefined && chain.data ? chain.data : undefined;
    return (
      <div className="flex flex-col gap-6">
        <Heading job={job.data} />
        {connection === "lost" && (
          <Notice tone="waiting" title="The live connection is lost; trying to get it back.">
            The job goes on without this page. What you see is from the last answer
            {lostSince !== undefined && (
              <>
                , <When at={lostSince} />
              </>
            )}
            .
          </Notice>
        )}
        <JobDetails
          job={away ? { ...job.data, money: away.money } : job.data}
          schedulerAway={away !== undefined}
          logs={logs}
          refetch={() => void (away ? chain : job).refetch()}
        />
      </div>
    );
  }
  if (failure !== undefined && chain.data) {
    return <ChainJobPage jobId={jobId} job={chain.data} refetch={() => void chain.refetch()} />;
  }
  const terms = mounted ? signedTerms(jobId) : undefined;
  if (failure !== undefined && !(failure instanceof ApiError && failure.problem) && chain.data === null && terms) {
    return (
      <div className="mx-auto flex w-full max-w-4xl flex-col gap-6">
        <h1 className="flex flex-wrap items-center gap-3">
          Job <Hash value={jobId} name="job id" />
        </h1>
        <Notice tone="waiting" title="The scheduler does not answer; this page reads the chain itself.">
          Your money does not depend on it. This page asks it again every few seconds.
        </Notice>
        <VaultPanel jobId={jobId} terms={terms} />
      </div>
    );
  }
  if (failure instanceof ApiError && failure.problem?.status === 404) {
    const signedHere = mounted && signedJobs().includes(jobId);
    return (
      <div className="panel">
        <EmptyState
          wholePage
          title={signedHere ? "Your payment is on its way" : "No such job"}
          action={
            <Link className={buttonClass()} href="/jobs">
              To my jobs
            </Link>
          }
        >
          {signedHere
            ? "You signed a payment for this job in this browser, and the market has not seen it yet. This page looks again every few seconds. If it never arrives, the signature lapses within the hour and nothing is charged."
            : "This market knows no funded job with this id. If you paid for it elsewhere, open it on that market."}
        </EmptyState>
      </div>
    );
  }
  if (failure !== undefined) return <LoadError what="this job" error={failure} retry={() => void job.refetch()} />;
  return <Skeleton lines={10} what="the job" />;
}

function Heading({ job }: { job: JobView }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div>
        <h1 className="flex flex-wrap items-center gap-3">
          Job <Hash value={job.jobId} name="job id" />
          <span data-testid="job-status" data-status={job.status} aria-live="polite">
            <JobStatusBadge status={job.status} />
          </span>
        </h1>
        <p className="mt-1 font-mono text-xs break-all text-muted">{job.workload.image}</p>
      </div>
      <p className="text-muted">
        Ordered <When at={job.createdAt} />
      </p>
    </div>
  );
}

function JobDetails({
  job,
  schedulerAway,
  logs,
  refetch,
}: {
  job: JobView;
  schedulerAway: boolean;
  logs: Parameters<typeof LogPanel>[0]["logs"];
  refetch: () => void;
}) {
  const now = useNow();
  const isAsked = job.workload.inference !== undefined;
  const { closed, accepted } = job.money;
  const acceptable = job.status === "captured" && !closed && !accepted;
  const overdue = !closed && now > job.terms.claimDeadline;
  // The rest of the page is the scheduler's last word; that the money went back is told by the chain.
  const closedMeanwhile = schedulerAway && closed;
  const ended = ["proving", "captured", "settled", "refunded"].includes(job.status);
  return (
    <>
      <Panel title="Where it stands">
        <div className="flex flex-col gap-4">
          <RunFailure job={job} logs={logs} />
          <Timeline job={job} />
        </div>
      </Panel>
      {overdue || closedMeanwhile ? (
        <Panel title="Money back">
          <SettlePanel jobId={job.jobId} job={job} schedulerAway={schedulerAway} onDone={refetch} />
        </Panel>
      ) : (
        acceptable && (
          <Panel title="Your turn">
            <AcceptPanel job={job} onDone={refetch} />
          </Panel>
        )
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-6">
          {isAsked && (
            <Panel title="Answer and proof">
              <AnswerPanel job={job} />
            </Panel>
          )}
          <Panel title="Logs">
            <LogPanel logs={logs} ended={ended} />
          </Panel>
          {!isAsked && (
            <>
              <Panel title="Outputs">
                <OutputsPanel job={job} />
              </Panel>
              <Panel title="Receipt and proof">
                <ReceiptPanel job={job} />
              </Panel>
            </>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-6 max-xl:order-first">
          {!isAsked && (
            <Panel title="Meter">
              <Meter job={job} />
            </Panel>
          )}
          <Panel title="Machines">
            <LeaseHistory job={job} />
          </Panel>
          <Panel title="Money in and out">
            <MoneyPanel job={job} />
          </Panel>
        </div>
      </div>
    </>
  );
}
