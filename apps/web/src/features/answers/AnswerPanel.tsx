"use client";
import type { JobView, LeaseView } from "@gristmill/shared/api/views";
import { commitInput } from "@gristmill/shared/inference/commitInput";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Usd } from "../money/Usd.tsx";
import { CheckProofButton } from "../proofs/CheckProofButton.tsx";
import { circuits } from "../proofs/circuits.ts";
import { useMarket } from "../shell/marketContext.tsx";
import { TransactionLink } from "../transactions/TransactionLink.tsx";
import { Facts } from "../ui/Facts.tsx";
import { Hash } from "../ui/Hash.tsx";
import { Notice } from "../ui/Notice.tsx";
import { useMounted } from "../ui/useMounted.ts";
import { When } from "../ui/When.tsx";
import { Picture } from "./Picture.tsx";
import { type Question, questionOf } from "./questions.ts";
import { readAnswerStatement } from "./readAnswerStatement.ts";

/** What was asked, what the model says, what that proves, and who saw what. */
export function AnswerPanel({ job }: { job: JobView }) {
  const mounted = useMounted();
  const question = mounted ? questionOf(job.jobId) : undefined;
  const lease = job.leases.findLast((each) => each.answer !== null);
  const answered = lease?.answer;
  const open = job.leases.findLast(({ state }) => state === "started");
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-5">
        {question && (
          <div className="size-36 rounded-md border border-line bg-surface">
            <Picture values={question.values} label="What you asked" />
          </div>
        )}
        <p className="text-lg font-semibold" aria-live="polite">
          {answered ? (
            <>
              The model says{" "}
              <span data-testid="answer" className="ml-1 text-4xl leading-none">
                {answered.class}
              </span>
            </>
          ) : job.status === "refunded" ? (
            "No proven answer came: nothing was paid"
          ) : (
            "No answer yet"
          )}
        </p>
      </div>
      {!answered && job.status !== "refunded" && (
        <p className="text-muted">
          A machine opens your drawing, answers, and proves its answer; usually within half a minute.
          {open && (
            <>
              {" "}
              If no proof is on chain by <When at={open.endsAt} />, all of your money goes back.
            </>
          )}
        </p>
      )}
      {lease && <Proven job={job} lease={lease} question={question} />}
    </div>
  );
}

function Proven({ job, lease, question }: { job: JobView; lease: LeaseView; question: Question | undefined }) {
  const { market } = useMarket();
  const statement = useQuery({
    queryKey: ["answer-statement", lease.leaseId, market.rpcUrl],
    queryFn: () => readAnswerStatement(lease, market),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { answer } = lease;
  if (!answer) return null;
  const circuit = statement.data && Object.hasOwn(circuits, statement.data.circuit) && circuits[statement.data.circuit];
  const sealedFor = job.workload.inference?.sealedFor ?? [];
  const rows: [string, ReactNode][] = [
    ["Paid for the answer", <Usd key="a" amount={answer.amount} />],
    ["Answered by", lease.assetName],
    ["Proof's transaction", <TransactionLink key="t" hash={answer.txHash} />],
    ["Model", <Hash key="m" value={answer.modelId} name="model id" />],
    ["Commitment to your drawing", <Hash key="i" value={answer.inputCommitment} name="input commitment" />],
    [
      "Proof (Groth16)",
      statement.data ? (
        <Hash key="p" value={JSON.stringify(statement.data)} name="inference proof" short="copy it" />
      ) : (
        "being read from the chain"
      ),
    ],
  ];
  return (
    <>
      <Facts rows={rows} />
      {question && <Opened question={question} inputCommitment={answer.inputCommitment} />}
      {statement.isError && (
        <Notice tone="failed" title="The proof could not be read from the chain">
          {statement.error.message}
        </Notice>
      )}
      <CheckProofButton statement={statement.data} />
      {circuit && (
        <div className="flex flex-col gap-1">
          <p>
            <span className="text-muted">What this shows: </span>
            {circuit.shows}
          </p>
          <p>
            <span className="text-muted">What it does not: </span>
            {circuit.doesNotShow}
          </p>
        </div>
      )}
      <p className="text-muted">
        Your drawing could be opened by {sealedFor.length === 1 ? "one machine" : `${sealedFor.length} machines`}, which
        you chose when you paid. The scheduler and the chain never had it; both know the answer.
      </p>
    </>
  );
}

/** Whether the drawing that this browser kept is what stands behind the commitment on chain. */
function Opened({ question: { values, salt }, inputCommitment }: { question: Question; inputCommitment: string }) {
  // The commitment depends on how many values there are and their bits, not on the layers.
  const shape = { sizes: [values.length, 1], shifts: [], inputBits: 4 };
  const same = commitInput(shape, values, salt).toString() === inputCommitment;
  return same ? (
    <Notice tone="proven" title="The commitment is to the drawing above; your browser computed it again" />
  ) : (
    <Notice tone="failed" title="The commitment is not to the drawing above: this answer is about something else" />
  );
}
