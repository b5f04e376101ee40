import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimDataDir } from "./claimDataDir.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claim-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("an agent started a second time by mistake does not fight the first for its key and journals", async () => {
  const release = await claimDataDir(folder);
  symlinkSync(folder, `${folder}/other-name`);
  await expect(claimDataDir(folder)).rejects.toThrow(/another agent already works in/);
  await expect(claimDataDir(`${folder}/other-name`)).rejects.toThrow(/another agent/);
  release();
  (await claimDataDir(folder))();
});
