import { spawn } from "node:child_process";
import { z } from "zod";
import { forgeProgram } from "./forgeProject.ts";

const kindSchema = z.union([
  z.object({ Invariant: z.looseObject({ runs: z.number(), calls: z.number(), reverts: z.number() }) }),
  z.looseObject({}),
]);
const reportSchema = z.record(
  z.string(),
  z.looseObject({
    test_results: z.record(
      z.string(),
      z.looseObject({
        status: z.enum(["Success", "Failure", "Skipped"]),
        reason: z.string().nullish(),
        kind: kindSchema,
      }),
    ),
  }),
);

export interface ForgeTest {
  contract: string;
  test: string;
  passed: boolean;
  reason: string;
  /** Of an invariant. */
  calls: number;
  reverts: number;
}

export interface ForgeOptions {
  /** Regular expression of contract names. */
  contracts: string;
  invariantRuns: number;
  depth: number;
  fuzzRuns: number;
  /** Invariants are checked after every so many calls, and at the end of a run. */
  checkInterval: number;
  seed: string;
  timeoutMs: number;
}

function start(folder: string, args: readonly string[], env: Record<string, string>, timeoutMs: number) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(forgeProgram(), args, {
      cwd: folder,
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: signal ? 124 : (code ?? 1), stdout, stderr }));
  });
}

/**
 * Builds what changed and runs the suites.
 *
 * @throws when they do not compile, time runs out or there is no test of that name: none of these is a failed test
 */
export async function runForge(folder: string, options: ForgeOptions): Promise<ForgeTest[]> {
  const args = ["test", "--json", "--match-contract", `^(${options.contracts})$`, "--fuzz-seed", options.seed];
  const env = {
    FOUNDRY_INVARIANT_RUNS: `${options.invariantRuns}`,
    FOUNDRY_INVARIANT_DEPTH: `${options.depth}`,
    FOUNDRY_INVARIANT_CHECK_INTERVAL: `${options.checkInterval}`,
    // The shortest way to a failure is for people; nobody reads it here.
    FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "0",
    FOUNDRY_INVARIANT_SHOW_METRICS: "false",
    FOUNDRY_FUZZ_RUNS: `${options.fuzzRuns}`,
    FOUNDRY_DISABLE_NIGHTLY_WARNING: "1",
  };
  const { code, stdout, stderr } = await start(folder, args, env, options.timeoutMs);
  const json = stdout.split("\n").find((line) => line.startsWith("{"));
  if (code === 124 || json === undefined)
    throw new Error(`forge ended with ${code} and no report:\n${(stdout + stderr).slice(-3000)}`);
  const tests = Object.entries(reportSchema.parse(JSON.parse(json))).flatMap(([suite, { test_results }]) =>
    Object.entries(test_results).map(([test, { status, reason, kind }]) => {
      const counts =
        "Invariant" in kind ? (kind.Invariant as { calls: number; reverts: number }) : { calls: 0, reverts: 0 };
      return {
        contract: suite.split(":").at(-1) ?? suite,
        test: test.replace(/\(.*/, ""),
        passed: status === "Success",
        reason: reason ?? "",
        calls: counts.calls,
        reverts: counts.reverts,
      };
    }),
  );
  if (tests.length === 0) throw new Error(`forge ran no test of ${options.contracts}`);
  return tests;
}
