import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "e2e",
    include: ["**/*.test.ts"],
    pool: "forks",
    // One market, used by one test after the other, as a person would.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 600_000,
    env: { MILL_STATE: resolve(import.meta.dirname, "../.mill/test/market") },
  },
});
