import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Each package configures itself. `./mill test` gives them their services in TEST_DATABASE_URL, TEST_REDIS_URL and DOCKER_HOST.
    projects: ["packages/*", "contracts", "circuits", "services/*", "apps/*", "templates", "tools", "bench", "e2e"],
    // Tests start real servers, chains and provers: more at once than cores only makes them late.
    maxWorkers: 2,
    passWithNoTests: true,
  },
});
