// Runs Hardhat's Solidity tests and writes their counts as JSON, which its command line does not.
// Usage: node runSolidityTests.ts REPORT_FILE
import { writeFileSync } from "node:fs";
import hre from "hardhat";
import { z } from "zod";

const outcomeSchema = z.object({
  suiteResults: z.array(z.object({ testResults: z.array(z.object({ status: z.string() })) })),
});
// Hardhat wraps it as `value` or `error`, by success.
const resultSchema = z.union([
  z.object({ success: z.literal(true), value: outcomeSchema }).transform(({ value }) => value),
  z.object({ success: z.literal(false), error: outcomeSchema }).transform(({ error }) => error),
]);

const [reportFile] = process.argv.slice(2);
if (!reportFile) throw new Error("Name the file for the report.");
const { suiteResults } = resultSchema.parse(await hre.tasks.getTask(["test", "solidity"]).run({}));
const statuses = suiteResults.flatMap(({ testResults }) => testResults.map(({ status }) => status));
const failed = statuses.filter((status) => status === "Failure").length;
writeFileSync(reportFile, JSON.stringify({ passed: statuses.filter((status) => status === "Success").length, failed }));
process.exit(failed > 0 ? 1 : 0);
