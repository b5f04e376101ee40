import type { JobView } from "@gristmill/shared/api/views";
import { Check } from "lucide-react";
import { TransactionLink } from "../transactions/TransactionLink.tsx";
import { Elapsed } from "../ui/Elapsed.tsx";
import { When } from "../ui/When.tsx";
import { timelineSteps, whatIsNormal } from "./timelineSteps.ts";

const dots = {
  done: "border-proven bg-proven text-surface",
  now: "border-waiting bg-surface text-waiting motion-safe:animate-pulse",
  ahead: "border-line bg-surface text-transparent",
} as const;

/** Where the job stands, since when, what is normal. */
export function Timeline({ job }: { job: JobView }) {
  const steps = timelineSteps(job);
  const current = steps.find((step) => step.status === job.status);
  return (
    <div>
      <ol className="grid gap-y-1 sm:auto-cols-fr sm:grid-flow-col">
        {steps.map((step, index) => (
          <li
            key={step.status}
            aria-current={step.state === "now" ? "step" : undefined}
            className="relative flex min-h-9 gap-3 sm:flex-col sm:gap-1.5"
          >
            {index > 0 && (
              <span
                aria-hidden
                className={`absolute top-2.5 right-full hidden h-px w-[calc(100%-20px)] sm:block ${step.state === "ahead" ? "bg-line" : "bg-proven"}`}
              />
            )}
            <span
              aria-hidden
              className={`inline-flex size-5 shrink-0 items-center justify-center rounded-full border-2 ${dots[step.state]}`}
            >
              {step.state === "done" ? (
                <Check size={12} strokeWidth={3} />
              ) : (
                <span className="size-1.5 rounded-full bg-current" />
              )}
            </span>
            <span className="min-w-0">
              <span className={`block font-medium ${step.state === "ahead" ? "text-muted" : ""}`}>
                {step.title}
                <span className="sr-only">
                  {step.state === "done" ? ", done" : step.state === "now" ? ", now" : ", not yet"}
                </span>
              </span>
              {step.at !== undefined && (
                <span className="block text-xs text-muted">
                  <When at={step.at} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
      <div className="mt-4 border-t border-line pt-3">
        <p className="font-medium break-words first-letter:uppercase">
          {job.detail}
          {current?.at !== undefined && job.status !== "settled" && job.status !== "refunded" && (
            <span className="font-normal text-muted">
              {" "}
              (for <Elapsed since={current.at} />)
            </span>
          )}
        </p>
        <p className="mt-0.5 text-muted">{whatIsNormal(job.status, job.workload.inference !== undefined)}</p>
        <details className="mt-2">
          <summary className="text-xs text-muted">Every step so far</summary>
          <ol className="mt-2 flex flex-col gap-1 text-xs">
            {job.timeline.map((entry) => (
              <li key={`${entry.status}-${entry.at}-${entry.detail}`} className="flex flex-wrap gap-x-3">
                <time
                  className="text-muted"
                  dateTime={new Date(entry.at * 1000).toISOString()}
                  suppressHydrationWarning
                >
                  {new Date(entry.at * 1000).toLocaleTimeString()}
                </time>
                <span className="w-16">{entry.status}</span>
                <span className="min-w-0 flex-1 break-words text-muted">{entry.detail}</span>
                {entry.txHash && <TransactionLink hash={entry.txHash} />}
              </li>
            ))}
          </ol>
        </details>
      </div>
    </div>
  );
}
