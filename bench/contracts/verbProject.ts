import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const root = fileURLToPath(new URL("../..", import.meta.url));

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/** A copy of the contracts, their build and their TypeScript tests, in which a source may be changed. */
export function createVerbProject(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "contracts"), { recursive: true });
  for (const path of [
    "hardhat.config.ts",
    "package.json",
    "tsconfig.base.json",
    "artifacts",
    "cache",
    ...["src", "test", "deploy", "package.json", "tsconfig.json", "vitest.config.ts"].map(
      (part) => `contracts/${part}`,
    ),
  ])
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  symlinkSync(join(root, "contracts", "node_modules"), join(folder, "contracts", "node_modules"));
}

export interface VerbTest {
  passed: boolean;
  reason: string;
}

/**
 * Runs the tests of one file whose names begin so.
 *
 * @throws when none ran (the contracts do not compile, the file does not load, no test has that name)
 */
export async function runVerb(folder: string, file: string, test: string, timeoutMs: number): Promise<VerbTest[]> {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  // `%s` of a test with examples stands for anything.
  const pattern = test.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%s", ".*");
  const args = ["run", "--config", "contracts/vitest.config.ts", `test/${file}`, "-t", pattern];
  const reporters = ["--reporter=json", `--outputFile.json=${report}`];
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(join(root, "node_modules", ".bin", "vitest"), [...args, ...reporters], {
      cwd: folder,
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
    child.once("error", reject);
    child.once("close", () => resolve(text));
  });
  if (!existsSync(report)) throw new Error(`${file} did not run:\n${output.slice(-3000)}`);
  const ran = reportSchema
    .parse(JSON.parse(readFileSync(report, "utf8")))
    .testResults.flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "passed" || status === "failed");
  if (ran.length === 0)
    throw new Error(`${file} has no test that begins with "${test}", or did not load:\n${output.slice(-3000)}`);
  return ran.map(({ status, failureMessages }) => ({
    passed: status === "passed",
    reason: (failureMessages?.[0] ?? "").split("\n")[0] ?? "",
  }));
}
