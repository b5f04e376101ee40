import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkoutRoot, millDir } from "../checkout.ts";
import { type RunLoggedOptions, runLogged } from "./runLogged.ts";
import type { Say } from "./say.ts";
import { type Count, countSolidity, countVitest } from "./testCount.ts";
import { startTestServices } from "./testServices.ts";

const folder = join(millDir, "test");
const logOf = (id: string) => join(millDir, "logs", `test-${id}.log`);
const bin = (name: string) => join(checkoutRoot, "node_modules", ".bin", name);

type Command = readonly [program: string, ...args: string[]];
/** `prepares`: the tests need what it makes, so it runs whatever the filter is. */
type Check = { id: string; label: string; prepares: boolean; commands: () => Command[] };

/** Folders of the workspace with a `tsconfig.json`. */
function typedPackages(): string[] {
  const nested = ["packages", "services", "apps"].flatMap((parent) =>
    readdirSync(join(checkoutRoot, parent)).map((name) => `${parent}/${name}`),
  );
  return ["contracts", "circuits", ...nested, "tools", "bench", "e2e"].filter((path) =>
    existsSync(join(checkoutRoot, path, "tsconfig.json")),
  );
}

const node = process.execPath;
const checks: Check[] = [
  { id: "format", label: "format and lint", prepares: false, commands: () => [[bin("biome"), "check", "."]] },
  { id: "prisma", label: "database client", prepares: true, commands: () => [[bin("prisma"), "generate"]] },
  { id: "contracts", label: "contracts", prepares: true, commands: () => [[bin("hardhat"), "build", "--no-tests"]] },
  { id: "circuits", label: "circuits", prepares: true, commands: () => [[node, "circuits/scripts/build.ts"]] },
  {
    id: "generated",
    label: "generated files",
    prepares: false,
    commands: () => [[node, "contracts/deploy/writeAbis.ts", "--check"]],
  },
  {
    id: "types",
    label: "types",
    prepares: false,
    commands: () => typedPackages().map((path) => [bin("tsc"), "-p", path] as const),
  },
];

class StepFailed extends Error {}

async function runCheck({ id, label, commands }: Check, say: Say): Promise<Count> {
  const logFile = logOf(id);
  let failed = false;
  try {
    await say.step(label, async () => {
      rmSync(logFile, { force: true });
      for (const [program, ...args] of commands()) {
        if ((await runLogged(program, args, { logFile, mode: "a" })) !== 0) failed = true;
      }
      if (failed) throw new StepFailed(label);
      return undefined;
    });
    return { passed: 0, failed: 0 };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    showLog(logFile, say);
    return { passed: 0, failed: 1 };
  }
}

/** The end of a failed step's log; the whole of it stays in the file. */
function showLog(logFile: string, say: Say): void {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  for (const line of lines.slice(-150)) say.line(`    ${line}`);
  say.line(`    log: ${logFile}`);
}

async function runSolidity(say: Say): Promise<Count> {
  const report = join(folder, "solidity.json");
  const logFile = logOf("solidity");
  rmSync(report, { force: true });
  let count: Count = { passed: 0, failed: 1 };
  await say.step("Solidity tests", async () => {
    const program = join(import.meta.dirname, "runSolidityTests.ts");
    count = countSolidity(report, await runLogged(node, [program, report], { logFile }));
    return `${count.passed} passed, ${count.failed} failed`;
  });
  if (count.failed > 0) showLog(logFile, say);
  return count;
}

async function runVitest(id: string, label: string, args: string[], env: NodeJS.ProcessEnv, say: Say): Promise<Count> {
  const report = join(folder, `${id}.json`);
  const options: RunLoggedOptions = { logFile: logOf(id), env };
  rmSync(report, { force: true });
  const total: Count = { passed: 0, failed: 0 };
  let counts = new Map<string, Count>();
  await say.step(label, async () => {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const code = await runLogged(bin("vitest"), ["run", ...reporters, ...args], options);
    counts = countVitest(report, code, checkoutRoot);
    for (const { passed, failed } of counts.values()) {
      total.passed += passed;
      total.failed += failed;
    }
    return `${total.passed} passed, ${total.failed} failed`;
  });
  for (const [name, { passed, failed }] of counts) say.fact(`  ${name}`, `${passed} passed, ${failed} failed`);
  if (total.failed > 0) showLog(options.logFile, say);
  return total;
}

/**
 * `./mill test [FILTER]`. Without a filter: everything. A filter is a check's name (`format`, `types`, ...), `solidity`, `unit`,
 * `e2e`, or else a part of the test files' paths, as vitest takes it.
 *
 * @returns 0 when nothing failed, 1 otherwise
 */
export async function runTests([filter]: string[], say: Say): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const total: Count = { passed: 0, failed: 0 };
  const add = ({ passed, failed }: Count) => {
    total.passed += passed;
    total.failed += failed;
  };
  const named = checks.some(({ id }) => id === filter) || ["solidity", "unit", "e2e"].includes(filter ?? "");
  const wants = (id: string) => filter === undefined || filter === id;
  const wantsFiles = filter !== undefined && !named;
  const wantsVitest = wants("unit") || wants("e2e") || wantsFiles;

  for (const check of checks) {
    if (wants(check.id) || (check.prepares && (wantsVitest || wants("solidity")))) add(await runCheck(check, say));
  }
  if (wants("solidity")) add(await runSolidity(say));
  if (wantsVitest) {
    const env = await startTestServices(millDir, say);
    if (wantsFiles) {
      const count = await runVitest("files", "tests", [filter], env, say);
      add(count);
      if (count.passed + count.failed === 0) {
        say.line(`No test ran: no test file has "${filter}" in its path from its package on.`);
        return 1;
      }
    }
    if (wants("unit")) add(await runVitest("unit", "tests", ["--project=!e2e"], env, say));
    if (wants("e2e")) add(await runVitest("e2e", "whole market", ["--project=e2e"], env, say));
  }
  say.line();
  say.line(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}
