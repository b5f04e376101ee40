import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeaseId } from "@gristmill/shared/ids/ids";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collectAnswer, readAnswer } from "./collectAnswer.ts";
import type { ArtifactStore } from "./ports.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "gristmill-answer-"));
  mkdirSync(join(dir, "out"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const answer = () => join(dir, "out", "answer.json");

test("of all that a program leaves only the class is stored, written anew", async () => {
  writeFileSync(answer(), '{"class": 7, "stolen": "the drawing"}   ');
  writeFileSync(join(dir, "out", "stolen.json"), "the drawing");
  const kept: string[] = [];
  const store: ArtifactStore["store"] = async (_lease, content) => {
    kept.push("text" in content ? content.text : content.file);
    return { sha256: "a".repeat(64), bytes: 1 };
  };
  const leaseId = `0x${"1".repeat(64)}` as LeaseId;
  const { manifest } = await collectAnswer({ outDir: join(dir, "out"), exitCode: 0, leaseId, store: { store } });
  expect(manifest.files.map(({ path }) => path)).toEqual(["answer.json"]);
  expect(kept[0]).toBe('{"class":7}');
  expect(kept.join()).not.toContain("drawing");
});

test.each([
  ["a number that no class has", () => writeFileSync(answer(), '{"class":123456789}')],
  ["a fraction", () => writeFileSync(answer(), '{"class":0.123456789}')],
  ["a file too large", () => writeFileSync(answer(), `{"class":1}${" ".repeat(5000)}`)],
  ["no file", () => undefined],
  [
    "a link out of its folder",
    () => {
      writeFileSync(join(dir, "elsewhere"), '{"class":1}');
      symlinkSync(join(dir, "elsewhere"), answer());
    },
  ],
  ["a pipe that never ends", () => execFileSync("mkfifo", [answer()])],
])("%s is no answer", async (_name, leave) => {
  leave();
  expect(await readAnswer(join(dir, "out"))).toBeUndefined();
});
