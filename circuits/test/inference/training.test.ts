import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MODELS_DIR, readModel } from "../../models/readModel.ts";
import { accuracy } from "../../models/train/accuracy.ts";
import { drawDigit } from "../../models/train/drawDigit.ts";
import { TEST_GLYPHS, TRAINING_GLYPHS } from "../../models/train/glyphs.ts";
import { randomOf } from "../../models/train/random.ts";
import { RECIPES, type Recipe, testSets } from "../../models/train/recipes.ts";
import { trainModel } from "../../models/train/trainModel.ts";
import { writeModel } from "../../models/train/writeModel.ts";

const recipe = (name: string) => RECIPES.find((entry) => entry.name === name) as Recipe;
const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("anyone can make the shipped models again, or nobody could say what they were trained on", () => {
  test("the 64-32-10 model comes out byte for byte", () => {
    expect(writeModel(trainModel(recipe("smallDigits")))).toBe(
      readFileSync(join(MODELS_DIR, "smallDigits.json"), "utf8"),
    );
  });

  test("a short training of the 784-128-10 recipe gives the same bytes on every machine", () => {
    const short = { ...recipe("digits"), pictures: 400, epochs: 1 };
    expect(sha256(writeModel(trainModel(short)))).toBe(
      "e17d39cf6c2aeb8e41d35d8ab4891b63eda12166562c73ed48079d0fd927b497",
    );
  });

  test("another seed draws other pictures: the pictures that are tested on are not the ones trained on", () => {
    const [path = ""] = TRAINING_GLYPHS[3] ?? [];
    expect(drawDigit(path, 28, randomOf(1))).not.toEqual(drawDigit(path, 28, randomOf(1001)));
    const trained = new Set(TRAINING_GLYPHS.flat());
    expect(TEST_GLYPHS.flat().filter((glyph) => trained.has(glyph))).toEqual([]);
  });
});

describe("the models are as good as the page says", () => {
  test.each([
    ["digits", 0.997, 0.984],
    ["smallDigits", 0.986, 0.963],
  ])("%s: %d of fresh pictures, %d of hands never seen", (name, known, other) => {
    // A quarter of the page's pictures: within 1% of its figures.
    const sets = testSets(recipe(name), 1000);
    const model = readModel(`${name}.json`);
    expect(Math.abs(accuracy(model, sets.knownHands) - known)).toBeLessThan(0.01);
    expect(Math.abs(accuracy(model, sets.otherHands) - other)).toBeLessThan(0.01);
  });
});
