import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyCheckpoint } from "./checkpoints.ts";

let folder: string;
const state = () => join(folder, "out", ".checkpoint");
const copy = (maxBytes = 1000) => copyCheckpoint(join(folder, "out"), join(folder, "copy"), maxBytes);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gristmill-checkpoint-"));
  mkdirSync(join(folder, "out"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("copies the file whole, with its hash", async () => {
  expect(await copy()).toBeUndefined();
  writeFileSync(state(), "step 1");
  expect(await copy()).toEqual({ sha256: createHash("sha256").update("step 1").digest("hex"), bytes: 6 });
  expect(readFileSync(join(folder, "copy"), "utf8")).toBe("step 1");
});

it("takes nothing that could lead out of the workload's folder, hang the node or fill its disk", async () => {
  writeFileSync(join(folder, "secret"), "of the machine");
  symlinkSync(join(folder, "secret"), state());
  expect(await copy()).toBeUndefined();
  rmSync(state());
  mkdirSync(state());
  expect(await copy()).toBeUndefined();
  rmSync(state(), { recursive: true });
  execFileSync("mkfifo", [state()]);
  expect(await copy()).toBeUndefined();
  rmSync(state());
  writeFileSync(state(), "x".repeat(1001));
  expect(await copy()).toBeUndefined();
});

it("leaves a file alone that is written while it is read", async () => {
  writeFileSync(state(), Buffer.alloc(8_000_000));
  const copying = copy(100_000_000);
  const writing = setInterval(() => appendFileSync(state(), "more"), 0);
  expect(await copying.finally(() => clearInterval(writing))).toBeUndefined();
});
