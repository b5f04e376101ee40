import { fits, type Machine, type Spot, sum, waysOn } from "./cluster.ts";
import { fragmentation, type TypicalJob } from "./fragmentation.ts";
import { priceOf } from "./prices.ts";
import type { TraceJob } from "./readTrace.ts";

/** Chooses where a job goes; undefined: nowhere. Machines in the same state are the same to every policy: the first is taken. */
export type Policy = (machines: readonly Machine[], job: TraceJob) => Spot | undefined;

/** What the biggest machines have: resources are compared as parts of it. */
const MOST = { cpuMilli: 128_000, gpuMilli: 8_000 };

/** A policy that takes the spot with the lowest score, compared number by number. */
function lowest(score: (machine: Machine, gpus: readonly number[], job: TraceJob) => readonly number[]): Policy {
  return (machines, job) => {
    const seen = new Set<string>();
    let best: Spot | undefined;
    let least: readonly number[] = [];
    for (const machine of machines) {
      if (seen.has(machine.key) || !fits(machine, job)) continue;
      seen.add(machine.key);
      for (const gpus of waysOn(machine, job)) {
        const scored = score(machine, gpus, job);
        if (best === undefined || isLess(scored, least)) [best, least] = [{ machine, gpus }, scored];
      }
    }
    return best;
  };
}

function isLess(left: readonly number[], right: readonly number[]): boolean {
  for (let place = 0; place < left.length; place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Least left over: the weighted sum of what stays free (CPU and GPU alike), on the fullest GPU that still fits. */
export const bestFit: Policy = lowest(({ cpuMilli, gpuMilli }, gpus, job) => [
  (cpuMilli - job.cpuMilli) / MOST.cpuMilli + (sum(gpuMilli) - job.gpus * job.gpuMilli) / MOST.gpuMilli,
  gpuMilli[gpus[0] ?? 0] ?? 0,
]);

/** Tetris (Grandl et al., SIGCOMM 2014) as the paper's simulator uses it: the smallest product of demand and what is free. */
export const dotProduct: Policy = lowest(({ cpuMilli, gpuMilli }, gpus, job) => {
  const free = job.gpus === 1 && job.gpuMilli < 1000 ? (gpuMilli[gpus[0] ?? 0] ?? 0) : sum(gpuMilli);
  const demand = job.gpus * job.gpuMilli;
  return [
    (cpuMilli / MOST.cpuMilli) * (job.cpuMilli / MOST.cpuMilli) + (free / MOST.gpuMilli) * (demand / MOST.gpuMilli),
  ];
});

/** The cheapest machine that fits, whatever it leaves behind: how the market's index chooses. */
export const cheapest: Policy = lowest(({ node, gpuMilli }, gpus) => [
  gpus.length === 0 ? 0 : priceOf(node.model),
  gpuMilli[gpus[0] ?? 0] ?? 0,
]);

/** Fragmentation Gradient Descent: where expected fragmentation grows least (or shrinks most). */
export function fgd(typical: readonly TypicalJob[]): Policy {
  const growth = growthOf(typical);
  return lowest((machine, gpus, job) => [growth(machine, gpus, job)]);
}

/** Of what a job asks for, the part that a cheaper spot may cost in fragmentation while the whole cluster is free. */
const SLACK = 0.1;

/**
 * The cheapest among the spots where expected fragmentation grows by little more than the least: by less, the fuller the
 * cluster is, for then what is wasted cannot be made up.
 */
export function pricedGradient(typical: readonly TypicalJob[]): Policy {
  const growth = growthOf(typical);
  return (machines, job) => {
    const spots: (Spot & { grows: number })[] = [];
    const seen = new Set<string>();
    let least = Number.POSITIVE_INFINITY;
    for (const machine of machines) {
      if (seen.has(machine.key) || !fits(machine, job)) continue;
      seen.add(machine.key);
      for (const gpus of waysOn(machine, job)) {
        const grows = growth(machine, gpus, job);
        spots.push({ machine, gpus, grows });
        if (grows < least) least = grows;
      }
    }
    const most = least + SLACK * freeOf(machines) ** 3 * job.gpus * job.gpuMilli;
    let best: (typeof spots)[number] | undefined;
    for (const spot of spots) {
      if (spot.grows > most) continue;
      const [ours, theirs] = [priceOf(spot.machine.node.model), best && priceOf(best.machine.node.model)];
      if (best === undefined || theirs === undefined || ours < theirs || (ours === theirs && spot.grows < best.grows)) {
        best = spot;
      }
    }
    return best;
  };
}

/** Part of all GPUs that is free. */
function freeOf(machines: readonly Machine[]): number {
  let [free, all] = [0, 0];
  for (const { gpuMilli } of machines) {
    free += sum(gpuMilli);
    all += gpuMilli.length * 1000;
  }
  return free / all;
}

function growthOf(typical: readonly TypicalJob[]) {
  const known = new Map<string, number>();
  const measure = (model: string, cpuMilli: number, gpuMilli: readonly number[]) => {
    // GPUs of one machine are alike: their order does not matter.
    const key = `${model} ${cpuMilli} ${[...gpuMilli].sort((a, b) => a - b).join(" ")}`;
    let value = known.get(key);
    if (value === undefined) {
      value = fragmentation({ model, cpuMilli, gpuMilli }, typical);
      known.set(key, value);
    }
    return value;
  };
  return ({ node, cpuMilli, gpuMilli }: Machine, gpus: readonly number[], job: TraceJob): number => {
    const after = [...gpuMilli];
    for (const gpu of gpus) after[gpu] = (after[gpu] ?? 0) - job.gpuMilli;
    return measure(node.model, cpuMilli - job.cpuMilli, after) - measure(node.model, cpuMilli, gpuMilli);
  };
}
