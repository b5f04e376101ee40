import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "contracts",
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/buildFirst.ts"],
    // snarkjs crashes inside worker threads.
    pool: "forks",
    // A chain in each file's process and real proofs: seconds on an idle machine, more on a loaded one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
