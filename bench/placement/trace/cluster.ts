import type { TraceJob, TraceNode } from "./readTrace.ts";

/** A machine while jobs come: what is left of it. */
export interface Machine {
  readonly node: TraceNode;
  cpuMilli: number;
  memoryMiB: number;
  /** Left of each GPU, thousandths. */
  gpuMilli: number[];
  /** Machines with the same key are in the same state. */
  key: string;
}

/** Where a job goes: the machine, and which of its GPUs. */
export interface Spot {
  machine: Machine;
  gpus: readonly number[];
}

export function openCluster(nodes: readonly TraceNode[]): Machine[] {
  return nodes.map((node) => {
    const { cpuMilli, memoryMiB } = node;
    const machine = { node, cpuMilli, memoryMiB, gpuMilli: new Array(node.gpus).fill(1000) as number[], key: "" };
    machine.key = keyOf(machine);
    return machine;
  });
}

export function place({ machine, gpus }: Spot, job: TraceJob): void {
  machine.cpuMilli -= job.cpuMilli;
  machine.memoryMiB -= job.memoryMiB;
  for (const gpu of gpus) machine.gpuMilli[gpu] = (machine.gpuMilli[gpu] ?? 0) - job.gpuMilli;
  machine.key = keyOf(machine);
}

/** Whether the machine is of an allowed model and has CPU, memory and enough of enough GPUs left. */
export function fits(machine: Machine, job: TraceJob): boolean {
  const { node, cpuMilli, memoryMiB, gpuMilli } = machine;
  if (job.gpus > 0 && job.models.length > 0 && !job.models.includes(node.model)) return false;
  if (cpuMilli < job.cpuMilli || memoryMiB < job.memoryMiB) return false;
  let enough = 0;
  for (const left of gpuMilli) if (left >= job.gpuMilli) enough++;
  return enough >= job.gpus;
}

/** The ways to put a job on a machine that differ: each GPU for a part of one, the first free ones for whole ones. */
export function waysOn({ gpuMilli }: Machine, job: TraceJob): number[][] {
  if (job.gpus === 0) return [[]];
  const able = [...gpuMilli.keys()].filter((gpu) => (gpuMilli[gpu] ?? 0) >= job.gpuMilli);
  if (job.gpus > 1 || job.gpuMilli === 1000) return [able.slice(0, job.gpus)];
  const seen = new Set<number>();
  return able.filter((gpu) => !seen.has(gpuMilli[gpu] ?? 0) && seen.add(gpuMilli[gpu] ?? 0)).map((gpu) => [gpu]);
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function keyOf({ node, cpuMilli, memoryMiB, gpuMilli }: Machine): string {
  return `${node.model} ${cpuMilli} ${memoryMiB} ${gpuMilli.join(" ")}`;
}
