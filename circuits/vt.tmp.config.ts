import { defineConfig } from "vitest/config";
export default defineConfig({ root: "/tmp/w/infer/circuits", test: { include: ["test/**/*.test.ts","models/**/*.test.ts"], pool: "forks", testTimeout: 300000, hookTimeout: 300000, onConsoleLog: (log) => !log.includes("Error in template") } });
