import type { Manifest } from "@gristmill/shared/manifest/manifest";
import { runProgram } from "../runProgram.ts";

type Gpu = Manifest["gpus"][number];

/** Reads `nvidia-smi --query-gpu=uuid,name,memory.total,driver_version --format=csv,noheader,nounits`. Pure. */
export function parseGpus(csv: string): Gpu[] {
  return csv
    .split("\n")
    .map((line) => line.split(",").map((part) => part.trim()))
    .flatMap(([uuid, model, memory, driver]) => {
      const vramMiB = Number(memory);
      if (!uuid || !model || !Number.isInteger(vramMiB)) return [];
      return [{ uuid, gpuClass: gpuClassOf(model), model, vramMiB, driver: driver || null, simulated: false }];
    });
}

/** `NVIDIA H200` -> `nvidia-h200`; `NVIDIA A100-SXM4-80GB` -> `nvidia-a100-sxm4-80gb`. */
export function gpuClassOf(model: string): string {
  const name = model
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/^-|-$/g, "");
  return (name.startsWith("nvidia-") ? name : `nvidia-${name}`).slice(0, 64);
}

/** Newest CUDA version that the driver supports, as the header of plain `nvidia-smi` names it. Pure. */
export function parseCuda(header: string): string | undefined {
  return /CUDA Version\s*:\s*(\d+\.\d+)/.exec(header)?.[1];
}

/** The machine's NVIDIA GPUs; none when there is no driver. */
export async function nvidiaGpus(): Promise<Gpu[]> {
  try {
    const query = "--query-gpu=uuid,name,memory.total,driver_version";
    const gpus = parseGpus(await runProgram("nvidia-smi", [query, "--format=csv,noheader,nounits"], 20_000));
    const cuda = gpus.length === 0 ? undefined : parseCuda(await runProgram("nvidia-smi", [], 20_000));
    return cuda === undefined ? gpus : gpus.map((gpu) => ({ ...gpu, cuda }));
  } catch {
    return [];
  }
}

/** Mean utilisation of the machine's GPUs, percent; null when it cannot be read. */
export async function gpuUtilisation(): Promise<number | null> {
  try {
    const text = await runProgram(
      "nvidia-smi",
      ["--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"],
      5_000,
    );
    const values = text.trim().split("\n").map(Number).filter(Number.isFinite);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  } catch {
    return null;
  }
}
