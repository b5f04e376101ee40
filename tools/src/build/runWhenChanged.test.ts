import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildDir, checkoutRoot } from "../checkout.ts";
import { runWhenChanged } from "./runWhenChanged.ts";

let folder: string;
beforeEach(() => {
  mkdirSync(join(buildDir, "test"), { recursive: true });
  folder = mkdtempSync(join(buildDir, "test", "changed-"));
  writeFileSync(join(folder, "page.tsx"), "one");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(join(buildDir, "stamps", name()), { force: true });
});

const name = () => `test-${folder.slice(-6)}`;
function build(): Promise<boolean> {
  const input = relative(checkoutRoot, folder);
  return runWhenChanged({ name: name(), inputs: [input], output: join(input, "page.tsx") }, async () => {
    writeFileSync(join(folder, "next-env.d.ts"), "made by the build");
  });
}

it("builds when a source changed, and not because of what the build itself wrote", async () => {
  expect([await build(), await build()]).toEqual([true, false]);
  writeFileSync(join(folder, "page.tsx"), "two");
  expect([await build(), await build()]).toEqual([true, false]);
});
