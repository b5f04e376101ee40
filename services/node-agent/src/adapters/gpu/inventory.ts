import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { canonicalJson } from "@gristmill/shared/ids/canonicalJson";
import { type Manifest, manifestSchema } from "@gristmill/shared/manifest/manifest";
import { getAddress, type Hex } from "viem";
import type { Config } from "../../config.ts";
import { nvidiaGpus } from "./nvidiaSmi.ts";

const MIB = 1_048_576;

/** What this machine has, without the benchmark. */
export async function takeInventory(
  config: Pick<Config, "GPU" | "NODE_NAME" | "REGION" | "DATA_DIR" | "LOCATION" | "DOWN_MBPS" | "UP_MBPS">,
  node: string,
  encryptionKey: Hex,
  executor: Manifest["executor"],
  /** Why no real GPU can be handed to a container here; undefined when it can. */
  gpuRefusal: string | undefined,
): Promise<Omit<Manifest, "benchmark">> {
  mkdirSync(config.DATA_DIR, { recursive: true, mode: 0o700 });
  const disk = statfsSync(config.DATA_DIR);
  return {
    version: 1,
    name: config.NODE_NAME,
    node: getAddress(node),
    region: config.REGION,
    // A GPU that no container can get is not offered: the asset is the CPU then.
    gpus: config.GPU.kind === "auto" && gpuRefusal !== undefined ? [] : await gpus(config.GPU, node),
    cpuModel: (cpus()[0]?.model.trim() || "unknown").slice(0, 128),
    cpuCores: availableParallelism(),
    memoryMiB: Math.floor(totalmem() / MIB),
    diskMiB: Math.floor((disk.blocks * disk.bsize) / MIB),
    executor,
    ...(config.LOCATION === undefined ? {} : { location: config.LOCATION }),
    ...(config.DOWN_MBPS === undefined ? {} : { network: declared(config.DOWN_MBPS, config.UP_MBPS) }),
    encryptionKey,
  };
}

function declared(downMbps: number, upMbps: number | undefined): NonNullable<Manifest["network"]> {
  return { downMbps, ...(upMbps === undefined ? {} : { upMbps }), source: "declared" };
}

async function gpus(setting: Config["GPU"], node: string): Promise<Manifest["gpus"]> {
  if (setting.kind !== "simulated") return setting.kind === "auto" ? nvidiaGpus() : [];
  const { model, vramMiB } = setting;
  const uuid = `SIMULATED-${createHash("sha256").update(`${node}:${model}`).digest("hex").slice(0, 16)}`;
  return [
    {
      uuid,
      gpuClass: `simulated-${model}`,
      model: `simulated ${model.toUpperCase()}`,
      vramMiB,
      driver: null,
      simulated: true,
    },
  ];
}

/**
 * The manifest as it was saved, if it still says what this machine is: its hash is on chain, so it must not change with each
 * start. Measured anew when something changed or when asked.
 */
export function stableManifest(
  file: string,
  found: Omit<Manifest, "benchmark">,
  options: { remeasure: boolean; measure: () => Manifest["benchmark"] },
): { manifest: Manifest; measured: boolean } {
  const saved = existsSync(file) ? manifestSchema.safeParse(parse(readFileSync(file, "utf8"))).data : undefined;
  if (saved !== undefined && !options.remeasure) {
    const { benchmark, ...rest } = saved;
    if (canonicalJson(manifestSchema.parse({ ...found, benchmark })) === canonicalJson({ ...rest, benchmark })) {
      return { manifest: saved, measured: false };
    }
  }
  const manifest = manifestSchema.parse({ ...found, benchmark: options.measure() });
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return { manifest, measured: true };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
