const DAY = 86_400;

/** How long content is kept that no job has, from when it was last brought. */
export const UPLOAD_KEPT_SECONDS = 7 * DAY;
/** How long a job's inputs and outputs are kept after its last lease has ended at the latest. */
export const JOB_KEPT_SECONDS = 30 * DAY;
/** An order that was checked in the last second must still find its inputs: what may go goes this much later. */
export const SWEEP_GRACE_SECONDS = 3600;

/**
 * Until when content of a job can be downloaded, unix seconds of the chain.
 * @param leaseEnd of the job's terms
 */
export function jobKeptUntil(leaseEnd: number): number {
  return leaseEnd + JOB_KEPT_SECONDS;
}
