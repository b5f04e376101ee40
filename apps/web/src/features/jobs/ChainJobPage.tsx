"use client";
import type { JobId } from "@gristmill/shared/ids/ids";
import { Badge } from "../ui/Badge.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { When } from "../ui/When.tsx";
import { MoneyLines } from "./MoneyLines.tsx";
import type { ChainJob } from "./readChainJob.ts";
import { SettlePanel } from "./SettlePanel.tsx";

/** A job without its scheduler: where the money is, and the way to get it back. */
export function ChainJobPage({ jobId, job, refetch }: { jobId: JobId; job: ChainJob; refetch: () => void }) {
  const { terms, money } = job;
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-6">
      <h1 className="flex flex-wrap items-center gap-3">
        Job <Hash value={jobId} name="job id" />
        <span data-testid="job-status" data-status={money.closed ? "closed" : "in-escrow"} aria-live="polite">
          <Badge tone={money.closed ? "proven" : "waiting"}>{money.closed ? "closed" : "money in escrow"}</Badge>
        </span>
      </h1>
      <Notice tone="waiting" title="The scheduler does not answer for this job; this page reads the chain itself.">
        Your money does not depend on it. Logs and output files are kept there and show again when it answers.
      </Notice>
      <Panel title="Money back">
        <SettlePanel jobId={jobId} job={job} schedulerAway onDone={refetch} />
      </Panel>
      <Panel title="Money in and out">
        <div className="flex flex-col gap-5">
          <MoneyLines money={money} feeBps={terms.feeBps} />
        </div>
      </Panel>
      <Panel title="What the terms say">
        <Facts
          rows={[
            ["Buyer", <Hash key="b" value={terms.buyer} name="buyer" />],
            ["What is not used goes to", <Hash key="r" value={terms.refundTo} name="receiver of the refund" />],
            ["Work ends", <When key="l" at={terms.leaseEnd} />],
            ["Last proof counts until", <When key="c" at={terms.captureDeadline} />],
            ["Claim window closes", <When key="d" at={terms.claimDeadline} />],
            ["The escrow alone gives it back from", <When key="a" at={terms.reclaimAt} />],
          ]}
        />
      </Panel>
    </div>
  );
}
