import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { countSolidity, countVitest } from "./testCount.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mill-count-"));
  file = join(folder, "report.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const result = (name: string, status: string, ...tests: string[]) => ({
  name: `/root/${name}`,
  status,
  assertionResults: tests.map((it) => ({ status: it })),
});

it("counts each package's tests, and a file that does not load as a failure", () => {
  const testResults = [
    result("services/scheduler/src/a.test.ts", "passed", "passed", "skipped"),
    result("services/scheduler/src/b.test.ts", "failed", "passed", "failed"),
    result("tools/src/broken.test.ts", "failed"),
  ];
  writeFileSync(file, JSON.stringify({ testResults }));
  expect(Object.fromEntries(countVitest(file, 1, "/root"))).toEqual({
    "services/scheduler": { passed: 2, failed: 1 },
    tools: { passed: 0, failed: 1 },
  });
});

it("never says that nothing failed when the run did", () => {
  writeFileSync(file, JSON.stringify({ testResults: [result("tools/a.test.ts", "passed", "passed")] }));
  expect(countVitest(file, 1, "/root").get("vitest")).toEqual({ passed: 0, failed: 1 });
  expect(countVitest(join(folder, "none.json"), 1, "/root").get("vitest")).toEqual({ passed: 0, failed: 1 });
  expect(countSolidity(join(folder, "none.json"), 1)).toEqual({ passed: 0, failed: 1 });
  writeFileSync(file, JSON.stringify({ passed: 5, failed: 0 }));
  expect(countSolidity(file, 0)).toEqual({ passed: 5, failed: 0 });
  expect(countSolidity(file, 1)).toEqual({ passed: 5, failed: 1 });
});
