import { expect, test } from "vitest";
import { gpuClassOf, parseCuda, parseGpus } from "./nvidiaSmi.ts";

test("an owner's GPUs are found as nvidia-smi prints them", () => {
  const csv = "GPU-1, NVIDIA H200, 143771, 570.86.15\nGPU-2, NVIDIA A100-SXM4-80GB, 81920, 570.86.15\n";
  expect(parseGpus(csv)).toEqual([
    {
      uuid: "GPU-1",
      gpuClass: "nvidia-h200",
      model: "NVIDIA H200",
      vramMiB: 143771,
      driver: "570.86.15",
      simulated: false,
    },
    ...[{ uuid: "GPU-2", gpuClass: "nvidia-a100-sxm4-80gb", model: "NVIDIA A100-SXM4-80GB", vramMiB: 81920 }].map(
      (gpu) => ({
        ...gpu,
        driver: "570.86.15",
        simulated: false,
      }),
    ),
  ]);
});

test("the driver's CUDA version is read from where nvidia-smi prints it; without one nothing is claimed", () => {
  const header = "| NVIDIA-SMI 570.86.15    Driver Version: 570.86.15    CUDA Version: 12.8     |";
  expect(parseCuda(header)).toBe("12.8");
  expect(parseCuda("| NVIDIA-SMI 570.86.15    Driver Version: 570.86.15    CUDA Version: N/A      |")).toBeUndefined();
});

test("an error message of nvidia-smi is no GPU", () => {
  expect(parseGpus("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n")).toEqual([]);
});

test("a real card is never in a simulated class", () => {
  expect(gpuClassOf("simulated L4")).toBe("nvidia-simulated-l4");
});
