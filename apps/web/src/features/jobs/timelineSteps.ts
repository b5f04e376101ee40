import type { JobView } from "@gristmill/shared/api/views";
import type { JobStatus } from "@gristmill/shared/job/jobStatus";

export interface TimelineStep {
  status: JobStatus;
  title: string;
  state: "done" | "now" | "ahead";
  /** Unix seconds when it began; undefined: not yet. */
  at: number | undefined;
  detail: string;
}

const titles: Record<JobStatus, string> = {
  funded: "Paid",
  placed: "Placed",
  pulling: "Pulling",
  running: "Running",
  proving: "Proving",
  captured: "Proven",
  settled: "Settled",
  refunded: "Refunded",
};

const good: JobStatus[] = ["funded", "placed", "pulling", "running", "proving", "captured", "settled"];
const final = new Set<JobStatus>(["settled", "refunded"]);

/** The steps of the job's newest attempt: what is done, what happens now, what is ahead. */
export function timelineSteps(job: Pick<JobView, "status" | "timeline">): TimelineStep[] {
  const start = job.timeline.findLastIndex((entry) => entry.status === "funded");
  const attempt = job.timeline.slice(Math.max(0, start));
  const latest = new Map(attempt.map((entry) => [entry.status, entry]));
  const path = job.status === "refunded" ? [...good.filter((status) => latest.has(status)), "refunded" as const] : good;
  const here = path.indexOf(job.status);
  return path.map((status, index) => ({
    status,
    title: titles[status],
    state: index < here || final.has(job.status) ? "done" : index === here ? "now" : "ahead",
    at: latest.get(status)?.at,
    detail: latest.get(status)?.detail ?? "",
  }));
}

/** What is normal for a step, and what happens if it takes longer. */
export function whatIsNormal(status: JobStatus, isAsked = false): string {
  if (isAsked && status === "running") return "The machine reads your input and answers. Its price does not grow.";
  if (isAsked && status === "proving")
    return "The machine proves its answer, usually within half a minute. An answer that it cannot prove is not paid.";
  switch (status) {
    case "funded":
      return "A machine is usually found within ten seconds. If none takes the job in time, what was not used comes back to you.";
    case "placed":
      return "The machine checks the lease on chain, usually within ten seconds. If it does not start, the job moves to another one; you pay nothing for that.";
    case "pulling":
      return "The machine gets the program and your input. Seconds when it has them, minutes when not. You are not billed yet.";
    case "running":
      return "Your program runs; the meter counts its seconds. At the time limit it is stopped.";
    case "proving":
      return "The machine proves the seconds it bills, usually within half a minute. What it cannot prove in time is not paid.";
    case "captured":
      return "The proof was checked on chain. Accept it to get the rest back now; otherwise it comes back by itself after the claim window.";
    case "settled":
      return "Everything is paid out.";
    case "refunded":
      return "Nothing of your payment was spent.";
  }
}
