import { z } from "zod";

/** What a buyer sees of a job, in the order of a good run. `failed` and `refunded` end a bad one. */
export const jobStatuses = [
  "funded",
  "placed",
  "pulling",
  "running",
  "proving",
  "captured",
  "settled",
  "refunded",
] as const;
export const jobStatusSchema = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof jobStatusSchema>;

const rank: Record<JobStatus, number> = {
  funded: 0,
  placed: 1,
  pulling: 2,
  running: 3,
  proving: 4,
  captured: 5,
  settled: 6,
  refunded: 6,
};

/** Whether a status may follow another: forward only, except that a lost lease sends the job back to `funded`. */
export function mayFollow(previous: JobStatus, next: JobStatus): boolean {
  if (rank[previous] === 6) return false;
  return rank[next] > rank[previous] || next === "funded";
}
