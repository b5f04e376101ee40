import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MODELS_DIR, readModel } from "@gristmill/circuits/models/readModel";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import { afterAll, beforeEach, expect, test } from "vitest";
import { readModels } from "./readModels.ts";

const dir = mkdtempSync(join(tmpdir(), "gristmill-models-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, "mine.json");
const small = readModel("smallDigits.json");
const write = (salt: string) => {
  const model: unknown = JSON.parse(readFileSync(join(MODELS_DIR, "smallDigits.json"), "utf8"));
  writeFileSync(file, JSON.stringify({ circuit: "privateDigits", salt, model }), { mode: 0o600 });
};
beforeEach(() => write("12345"));

test("a node has the public model, and a private one only where its operator put the weights", () => {
  const publicOne = commitModel(readModel("digits.json"), 0n);
  expect([...readModels().keys()]).toEqual([publicOne]);
  const known = readModels(dir);
  expect([...known.keys()]).toEqual([publicOne, commitModel(small, 12_345n)]);
  const mine = known.get(commitModel(small, 12_345n));
  expect(mine).toMatchObject({ circuit: "privateDigits", modelSalt: 12_345n });
  expect(mine?.text, "the container gets the weights and not their salt").not.toContain("salt");
});

test("weights that others on the machine could read are refused, and the file is named", () => {
  chmodSync(file, 0o640);
  expect(() => readModels(dir)).toThrow(`chmod 600 ${file}`);
  chmodSync(file, 0o600);
});

test.each(["0", "-1", "x", "9".repeat(77)])(
  "a salt of %s, under which weights could be guessed or not proven, is refused",
  (salt) => {
    write(salt);
    expect(() => readModels(dir)).toThrow(`${file} is no private model`);
  },
);
