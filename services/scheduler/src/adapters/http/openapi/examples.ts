/** A quote request as the documentation shows it. */
export const quoteExample = JSON.stringify(
  {
    buyer: "0x71bE63f3384f5fb98995898A86B02Fb2426c5788",
    workload: {
      image: `gristmill/batch-csv@sha256:${"0".repeat(64)}`,
      command: ["/in/data.csv"],
      inputs: [{ path: "data.csv", sha256: "e".repeat(64), bytes: 1024 }],
      cpuMilli: 1000,
      memoryMiB: 256,
      maxOutputMiB: 16,
      maxSeconds: 120,
    },
    requirements: { gpuCount: 1, minVramMiB: 8192 },
    budget: "500000",
  },
  null,
  2,
);
