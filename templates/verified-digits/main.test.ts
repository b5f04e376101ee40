import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verified-digits-"));
  mkdirSync(join(folder, "in"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Two inputs, two hidden units that pass one input each (dropping one bit), three classes. */
const biases = Buffer.alloc(20);
biases.writeInt32LE(20, 16);
const model = {
  semantics: 1,
  sizes: [2, 2, 3],
  shifts: [1],
  inputBits: 4,
  weights: Buffer.from([2, 0, 0, 2, 1, 0, 0, 1, 255, 255]).toString("base64"),
  biases: biases.toString("base64"),
};

function run(input: unknown) {
  writeFileSync(join(folder, "in", "model.json"), JSON.stringify(model));
  writeFileSync(join(folder, "in", "input.json"), JSON.stringify(input));
  const result = spawnSync(process.execPath, [join(import.meta.dirname, "main.mjs")], {
    encoding: "utf8",
    env: { INPUT_DIR: join(folder, "in"), OUTPUT_DIR: join(folder, "out") },
  });
  return { ...result, answer: () => JSON.parse(readFileSync(join(folder, "out", "answer.json"), "utf8")) };
}

describe("verified-digits", () => {
  it("answers as a person does with pencil and paper, and with the class alone: more would tell of the hidden input", () => {
    const { status, answer } = run({ values: [3, 9], salt: "1" });
    expect(status).toBe(0);
    expect(answer()).toEqual({ class: 1 });
  });

  it.each([[[3]], [[3, 16]], [[3, -1]], [[3, 0.5]], ["3,9"]])(
    "refuses %j, of which no proof could be made",
    (values) => {
      const { status, stderr } = run({ values, salt: "1" });
      expect([status, stderr]).toEqual([2, "error: input.json must hold 2 whole numbers from 0 to 15\n"]);
    },
  );
});
