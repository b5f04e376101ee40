import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Row } from "../../row.ts";
import { typicalJobs } from "./fragmentation.ts";
import { bestFit, cheapest, dotProduct, fgd, type Policy, pricedGradient } from "./policies.ts";
import { readTrace, type Trace, type TraceJob } from "./readTrace.ts";
import { drawJobs, LOADS, onEighths, type Reading, simulate } from "./simulate.ts";

/** Seed 1 was looked at while the policy was made; these were not. */
const SEEDS = [2, 3, 4, 5, 6];
const DEFAULT_FOLDER = join(import.meta.dirname, "../../../../shared/data/gpu-cluster-trace");

/** Replays a production cluster's workload. `CLUSTER_TRACE` names the folder; without one the rows say that it was skipped. */
export function benchTrace(): Row[] {
  const folder = resolve(process.env.CLUSTER_TRACE ?? DEFAULT_FOLDER);
  if (!existsSync(join(folder, "nodes.csv"))) {
    return [{ what: `cluster trace: skipped, ${folder} is not there (set CLUSTER_TRACE)`, value: "", ratio: "" }];
  }
  const trace = readTrace(folder);
  const typical = typicalJobs(trace.jobs);
  const priced = () => pricedGradient(typical);
  const policies: [name: string, make: () => Policy, jobsOf?: (jobs: readonly TraceJob[]) => TraceJob[]][] = [
    ["best fit", () => bestFit],
    ["dot product", () => dotProduct],
    ["cheapest first, as the market's index", () => cheapest],
    ["FGD", () => fgd(typical)],
    ["priced gradient", priced],
    ["priced gradient on slices of eighths", priced, onEighths],
  ];
  const results = policies.map(([name, make, jobsOf]) => ({ name, readings: average(trace, make(), jobsOf) }));
  const peer = results.find(({ name }) => name === "FGD")?.readings;
  return results.flatMap(({ name, readings }) =>
    readings.map((reading, place) => row(name, reading, peer?.[place], LOADS[place] ?? 0)),
  );

  function average(of: Trace, policy: Policy, jobsOf?: (jobs: readonly TraceJob[]) => TraceJob[]): Reading[] {
    const runs = SEEDS.map((seed) => {
      const jobs = drawJobs(of, seed);
      // What a slice is rounded up by is not asked for: it counts as free that nobody can use.
      return simulate(of, jobs, typical, policy, jobsOf?.(jobs) ?? jobs);
    });
    return LOADS.map((_, place) => {
      const mean = (of: (reading: Reading) => number) =>
        runs.reduce((total, readings) => total + of(readings[place] as Reading), 0) / runs.length;
      return {
        allocated: mean(({ allocated }) => allocated),
        fragmented: mean(({ fragmented }) => fragmented),
        pricePerGpu: mean(({ pricePerGpu }) => pricePerGpu),
        failed: mean(({ failed }) => failed),
      };
    });
  }
}

function row(name: string, reading: Reading, peer: Reading | undefined, load: number): Row {
  const percent = (part: number) => `${(part * 100).toFixed(2)} %`;
  const ratio = (of: (reading: Reading) => number) => (peer === undefined ? "" : (of(reading) / of(peer)).toFixed(3));
  return {
    what: `trace, ${Math.round(load * 100)} % of its GPUs asked for, ${name}: GPUs allocated (useless by fragmentation; $ an hour of one GPU; jobs refused)`,
    value: `${percent(reading.allocated)} (${percent(reading.fragmented)}; ${(reading.pricePerGpu / 1000).toFixed(3)}; ${reading.failed.toFixed(0)})`,
    ratio: `${ratio(({ allocated }) => allocated)} x FGD's allocation, ${ratio(({ pricePerGpu }) => pricePerGpu)} x its price`,
  };
}
