import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "tools",
    include: ["src/**/*.test.ts"],
    pool: "forks",
    // Real servers are started and stopped: slow on a loaded machine, never long.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
