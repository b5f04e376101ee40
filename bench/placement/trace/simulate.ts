import { seededRandom } from "../seededRandom.ts";
import { openCluster, place, sum } from "./cluster.ts";
import { fragmentation, type TypicalJob } from "./fragmentation.ts";
import type { Policy } from "./policies.ts";
import { priceOf } from "./prices.ts";
import type { Trace, TraceJob } from "./readTrace.ts";

/** Demand that arrives, as a part of the cluster's GPUs, when a policy is looked at. */
export const LOADS = [0.5, 0.8, 1, 1.3] as const;

export interface Reading {
  /** Parts of the cluster's GPUs that are allocated, and that expected fragmentation makes useless. */
  allocated: number;
  fragmented: number;
  /** Thousandths of a dollar for an hour of one allocated GPU, on average. */
  pricePerGpu: number;
  failed: number;
}

/** Jobs drawn from the trace with repetition until they ask for 130 % of its GPUs, as the paper's evaluation inflates it. */
export function drawJobs({ nodes, jobs }: Trace, seed: number): TraceJob[] {
  const random = seededRandom(seed);
  const capacity = sum(nodes.map(({ gpus }) => gpus)) * 1000;
  const drawn: TraceJob[] = [];
  for (let asked = 0; asked < capacity * (LOADS.at(-1) ?? 1); ) {
    const job = jobs[Math.floor(random() * jobs.length)];
    if (job === undefined) continue;
    drawn.push(job);
    asked += job.gpus * job.gpuMilli;
  }
  return drawn;
}

/**
 * Lets jobs come one by one, none leaving, and reads the cluster at each of `LOADS`.
 * @param taken what each job takes from the cluster, when that is more than it asks for
 */
export function simulate(
  { nodes }: Pick<Trace, "nodes">,
  jobs: readonly TraceJob[],
  typical: readonly TypicalJob[],
  policy: Policy,
  taken: readonly TraceJob[] = jobs,
): Reading[] {
  const machines = openCluster(nodes);
  const capacity = sum(nodes.map(({ gpus }) => gpus)) * 1000;
  const readings: Reading[] = [];
  let [asked, allocated, paid, failed] = [0, 0, 0, 0];
  for (const [index, job] of jobs.entries()) {
    const milli = job.gpus * job.gpuMilli;
    const takes = taken[index] ?? job;
    const spot = policy(machines, takes);
    if (spot === undefined) failed++;
    else {
      place(spot, takes);
      allocated += milli;
      paid += ((takes.gpus * takes.gpuMilli) / 1000) * priceOf(spot.machine.node.model);
    }
    asked += milli;
    const next = LOADS[readings.length];
    if (next === undefined || asked < capacity * next) continue;
    const fragmented = machines.reduce(
      (all, { node, cpuMilli, gpuMilli }) => all + fragmentation({ model: node.model, cpuMilli, gpuMilli }, typical),
      0,
    );
    readings.push({
      ...{ allocated: allocated / capacity, fragmented: fragmented / capacity, failed },
      pricePerGpu: paid / (allocated / 1000),
    });
  }
  return readings;
}

/** The same jobs on slices of eighths, the finest that an asset can be: a part of a GPU is rounded up. */
export function onEighths(jobs: readonly TraceJob[]): TraceJob[] {
  return jobs.map((job) =>
    job.gpuMilli % 1000 === 0 ? job : { ...job, gpuMilli: Math.ceil(job.gpuMilli / 125) * 125 },
  );
}
