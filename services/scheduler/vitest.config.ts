import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "scheduler",
    include: ["src/**/*.test.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How long a wait may take says nothing about the product; a busy machine takes its time.
    expect: { poll: { timeout: 20_000 } },
  },
});
