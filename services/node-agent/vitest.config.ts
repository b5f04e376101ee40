import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "node-agent",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    // Real engines, a real chain and real proofs: slow on a loaded machine, never long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
