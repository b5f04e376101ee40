import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "circuits",
    include: ["test/**/*.test.ts", "scripts/**/*.test.ts", "prover/**/*.test.ts"],
    globalSetup: ["test/buildFirst.ts"],
    // snarkjs crashes inside worker threads.
    pool: "forks",
    // Real compilations and proofs: seconds on an idle machine, more on a loaded one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // circom's witness calculator prints each refusal that the tests ask for.
    onConsoleLog: (log) => !log.includes("Error in template"),
  },
});
