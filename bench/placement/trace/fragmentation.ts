import type { TraceJob } from "./readTrace.ts";

/** A kind of job and how much of the workload is of it. */
export interface TypicalJob {
  job: TraceJob;
  part: number;
}

/** What fragmentation is measured on. */
export interface Left {
  model: string;
  cpuMilli: number;
  gpuMilli: readonly number[];
}

/** Kinds of jobs by popularity until they are this part of the workload, as the paper's own simulator takes them. */
const POPULAR = 0.95;

export function typicalJobs(jobs: readonly TraceJob[]): TypicalJob[] {
  const counts = new Map<string, { job: TraceJob; count: number }>();
  for (const job of jobs) {
    const key = JSON.stringify([job.cpuMilli, job.gpus, job.gpuMilli, job.models]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { job, count: 1 });
    else known.count++;
  }
  const kinds = [...counts.values()].sort((a, b) => b.count - a.count);
  const popular: typeof kinds = [];
  let covered = 0;
  for (const kind of kinds) {
    if (covered >= POPULAR * jobs.length) break;
    popular.push(kind);
    covered += kind.count;
  }
  return popular.map(({ job, count }) => ({ job, part: count / covered }));
}

/**
 * Expected fragmentation of a node, thousandths of a GPU (Weng et al., "Beware of Fragmentation", USENIX ATC 2023, section 3):
 * the sum over kinds of jobs of their part times what such a job could not use here. A job that cannot run here at all, for
 * want of GPU, of CPU or of the model, or that needs no GPU, leaves all that is free unused; else the GPUs are unused that have
 * less free than it needs of each.
 */
export function fragmentation({ model, cpuMilli, gpuMilli }: Left, typical: readonly TypicalJob[]): number {
  let free = 0;
  for (const left of gpuMilli) free += left;
  if (free === 0) return 0;
  let expected = 0;
  for (const { job, part } of typical) {
    let [enough, unused] = [0, 0];
    for (const left of gpuMilli) {
      if (left >= job.gpuMilli) enough++;
      else unused += left;
    }
    const runs =
      job.gpus > 0 &&
      enough >= job.gpus &&
      cpuMilli >= job.cpuMilli &&
      (job.models.length === 0 || job.models.includes(model));
    expected += part * (runs ? unused : free);
  }
  return expected;
}
