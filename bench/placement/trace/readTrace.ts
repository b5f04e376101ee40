import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A machine of the trace. */
export interface TraceNode {
  cpuMilli: number;
  memoryMiB: number;
  gpus: number;
  model: string;
}

/** A job of the trace: so many GPUs, and the part of each (1000: whole). */
export interface TraceJob {
  cpuMilli: number;
  memoryMiB: number;
  gpus: number;
  gpuMilli: number;
  /** Empty: any model. */
  models: readonly string[];
}

export interface Trace {
  nodes: TraceNode[];
  jobs: TraceJob[];
}

/** Reads `nodes.csv` and `pods.csv` of a folder (columns as in Alibaba's cluster-trace-gpu-v2023). */
export function readTrace(folder: string): Trace {
  const nodes = rowsOf(join(folder, "nodes.csv")).map(([, cpu, memory, gpu, model = ""]) => ({
    ...{ cpuMilli: Number(cpu), memoryMiB: Number(memory), gpus: Number(gpu), model },
  }));
  const jobs = rowsOf(join(folder, "pods.csv")).map(([, cpu, memory, count, milli, models = ""]) => ({
    ...{ cpuMilli: Number(cpu), memoryMiB: Number(memory), gpus: Number(count), gpuMilli: Number(milli) },
    models: models === "" ? [] : models.split("|"),
  }));
  return { nodes, jobs };
}

function rowsOf(file: string): string[][] {
  const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => line.trim().split(","));
}
