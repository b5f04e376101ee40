import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { z } from "zod";

export type Count = { passed: number; failed: number };

const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** The package of a test file: `services/scheduler`, `tools`. */
function packageOf(file: string, root: string): string {
  const [first = "", second = ""] = relative(root, file).split("/");
  return ["packages", "services", "apps", "templates"].includes(first) ? `${first}/${second}` : first;
}

/**
 * Reads what vitest's JSON reporter wrote.
 *
 * @param exitCode - a run that failed without a failed test (an unhandled error, a crash) counts as one failure
 * @returns the counts of each package, in the order of their names
 */
export function countVitest(reportFile: string, exitCode: number, root: string): Map<string, Count> {
  const counts = new Map<string, Count>();
  const report = existsSync(reportFile)
    ? vitestSchema.safeParse(JSON.parse(readFileSync(reportFile, "utf8"))).data
    : undefined;
  for (const { name, status, assertionResults } of report?.testResults ?? []) {
    const key = packageOf(name, root);
    const count = counts.get(key) ?? { passed: 0, failed: 0 };
    const failed = assertionResults.filter((test) => test.status === "failed").length;
    count.passed += assertionResults.filter((test) => test.status === "passed").length;
    // A file that could not be loaded has no tests to fail.
    count.failed += failed === 0 && status === "failed" ? 1 : failed;
    counts.set(key, count);
  }
  const failed = [...counts.values()].reduce((sum, count) => sum + count.failed, 0);
  if (exitCode !== 0 && failed === 0) counts.set("vitest", { passed: 0, failed: 1 });
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const soliditySchema = z.object({ passed: z.number().int(), failed: z.number().int() });

/** Reads what `runSolidityTests.ts` wrote; none, or a failed run without a failed test, counts as one failure. */
export function countSolidity(reportFile: string, exitCode: number): Count {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1 };
  const count = soliditySchema.parse(JSON.parse(readFileSync(reportFile, "utf8")));
  return exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}
