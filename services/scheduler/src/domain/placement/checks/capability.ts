import { compareVersions } from "../compareVersions.ts";
import { NO_GPU } from "../facts.ts";
import type { Check } from "./check.ts";
import { tooFew, unknown } from "./words.ts";

const NO_MANIFEST = "has not shown its manifest yet";

/** What the hardware of an asset can do at all. */
export const capabilityChecks: readonly Check[] = [
  {
    field: "requirements.gpuClass",
    wanted: ({ requirements }) => requirements.gpuClass !== undefined,
    fits: ({ gpuClass }, { requirements }) => gpuClass === requirements.gpuClass,
    explain: ({ gpuClass }, { requirements }) => otherClass(gpuClass, requirements.gpuClass ?? ""),
  },
  {
    field: "requirements.gpuClasses",
    wanted: ({ requirements }) => requirements.gpuClasses !== undefined,
    fits: ({ gpuClass }, { requirements }) =>
      gpuClass !== undefined && requirements.gpuClasses?.includes(gpuClass) === true,
    explain: ({ gpuClass }, { requirements }) => otherClass(gpuClass, (requirements.gpuClasses ?? []).join(" or ")),
  },
  {
    field: "requirements.gpuModel",
    wanted: ({ requirements }) => requirements.gpuModel !== undefined,
    fits: ({ models }, { requirements }) =>
      models.length > 0 && models.every((model) => model.includes((requirements.gpuModel ?? "").toLowerCase())),
    explain: ({ asset }, { requirements }) => {
      const wanted = requirements.gpuModel ?? "";
      if (asset.manifest === null) return unknown(NO_MANIFEST, wanted);
      const got = asset.manifest.gpus[0]?.model ?? NO_GPU;
      return { reason: got === NO_GPU ? "has no GPU" : `is a ${got}, no ${wanted}`, got, wanted };
    },
  },
  {
    field: "requirements.gpuCount",
    wanted: ({ requirements }) => requirements.gpuCount > 0,
    fits: ({ asset }, { requirements }) => asset.gpuCount >= requirements.gpuCount,
    explain: ({ asset }, { requirements }) => tooFew(asset.gpuCount, requirements.gpuCount, "GPUs"),
  },
  {
    field: "requirements.minVramMiB",
    wanted: ({ requirements }) => requirements.minVramMiB > 0,
    fits: ({ vramMiB }, { requirements }) => vramMiB >= requirements.minVramMiB,
    explain: ({ vramMiB }, { requirements }) => tooFew(vramMiB, requirements.minVramMiB, "MiB of GPU memory"),
  },
  {
    field: "requirements.minFp32Gflops",
    wanted: ({ requirements }) => requirements.minFp32Gflops !== undefined,
    fits: ({ asset }, { requirements }) =>
      asset.performance !== null && asset.performance.fp32MilliGflops >= (requirements.minFp32Gflops ?? 0) * 1000,
    explain: ({ asset }, { requirements }) => {
      const wanted = requirements.minFp32Gflops ?? 0;
      if (asset.performance === null) return unknown("its GPU was not measured by anybody", wanted);
      const { fp32MilliGflops, source } = asset.performance;
      return tooFew(Math.floor(fp32MilliGflops / 1000), wanted, `GFLOPS (single precision, ${source})`);
    },
  },
  {
    field: "requirements.minDriver",
    wanted: ({ requirements }) => requirements.minDriver !== undefined,
    fits: ({ driver }, { requirements }) =>
      driver !== undefined && compareVersions(driver, requirements.minDriver ?? "0") >= 0,
    explain: ({ driver }, { requirements }) => older("driver", driver, requirements.minDriver ?? "0"),
  },
  {
    field: "requirements.minCuda",
    wanted: ({ requirements }) => requirements.minCuda !== undefined,
    fits: ({ cuda }, { requirements }) => cuda !== undefined && compareVersions(cuda, requirements.minCuda ?? "0") >= 0,
    explain: ({ cuda }, { requirements }) => older("CUDA", cuda, requirements.minCuda ?? "0"),
  },
  {
    field: "workload.cpuMilli",
    wanted: () => true,
    fits: ({ cpuMilli }, { workload }) => cpuMilli !== undefined && cpuMilli >= workload.cpuMilli,
    explain: ({ cpuMilli }, { workload }) => atLeast(cpuMilli, workload.cpuMilli, "thousandths of a CPU core"),
  },
  {
    field: "workload.memoryMiB",
    wanted: () => true,
    fits: ({ memoryMiB }, { workload }) => memoryMiB !== undefined && memoryMiB >= workload.memoryMiB,
    explain: ({ memoryMiB }, { workload }) => atLeast(memoryMiB, workload.memoryMiB, "MiB of memory"),
  },
  {
    field: "workload.maxOutputMiB",
    wanted: () => true,
    fits: ({ diskMiB }, { workload }) => diskMiB !== undefined && diskMiB >= workload.maxOutputMiB,
    explain: ({ diskMiB }, { workload }) => atLeast(diskMiB, workload.maxOutputMiB, "MiB of disk for outputs"),
  },
  {
    field: "requirements.minDiskFreeMiB",
    wanted: ({ requirements }) => requirements.minDiskFreeMiB !== undefined,
    fits: ({ asset }, { requirements }) => (asset.live.diskFreeMiB ?? -1) >= (requirements.minDiskFreeMiB ?? 0),
    explain: ({ asset }, { requirements }) => {
      const wanted = requirements.minDiskFreeMiB ?? 0;
      const got = asset.live.diskFreeMiB;
      return got === null
        ? unknown("has not said how much disk is free", wanted)
        : tooFew(got, wanted, "MiB of free disk");
    },
  },
  {
    field: "requirements.minDownMbps",
    wanted: ({ requirements }) => requirements.minDownMbps !== undefined,
    fits: ({ asset }, { requirements }) => (asset.network?.downMbps ?? -1) >= (requirements.minDownMbps ?? 0),
    explain: ({ asset }, { requirements }) => {
      const wanted = requirements.minDownMbps ?? 0;
      if (asset.network === null) return unknown("has not said how fast its network is", wanted);
      return tooFew(asset.network.downMbps, wanted, `Mbit/s down (${asset.network.source})`);
    },
  },
];

function otherClass(got: string | undefined, wanted: string) {
  if (got === undefined) return unknown(NO_MANIFEST, wanted);
  return { reason: `${got === NO_GPU ? "has no GPU" : `is a ${got}`}, ${wanted} wanted`, got, wanted };
}

function atLeast(got: number | undefined, wanted: number, unit: string) {
  return got === undefined ? unknown(NO_MANIFEST, wanted) : tooFew(got, wanted, unit);
}

function older(what: string, got: string | undefined, wanted: string) {
  if (got === undefined) return unknown(`says no ${what} version`, wanted);
  return { reason: `has ${what} ${got}, ${wanted} or newer wanted`, got, wanted };
}
