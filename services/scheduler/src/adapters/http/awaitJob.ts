import type { JobView } from "@gristmill/shared/api/views";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { MarketReads } from "../../application/marketReads.ts";

const LOOK_AGAIN_MS = 250;

/** The job once the index has it; undefined after `timeoutMs`. A job is funded on chain a moment before it is indexed. */
export async function awaitJob(reads: MarketReads, jobId: JobId, timeoutMs: number): Promise<JobView | undefined> {
  let wake = () => {};
  const unsubscribe = reads.onJobChange(jobId, () => wake());
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    for (;;) {
      const job = await reads.job(jobId);
      if (job || signal.aborted) return job;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, Math.min(LOOK_AGAIN_MS, timeoutMs));
      });
    }
  } finally {
    unsubscribe();
  }
}
