/**
 * Trains the models that ship and writes them beside this file: `node circuits/models/train.ts [--check]`. With
 * `--check` nothing is written; the exit status is 1 when a file would come out different.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accuracy } from "./train/accuracy.ts";
import { RECIPES, testSets } from "./train/recipes.ts";
import { trainModel } from "./train/trainModel.ts";
import { writeModel } from "./train/writeModel.ts";

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

for (const recipe of RECIPES) {
  const started = performance.now();
  const model = trainModel(recipe);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const { knownHands, otherHands } = testSets(recipe);
  process.stdout.write(
    `${recipe.name} ${model.sizes.join("-")}, shift ${model.shifts.join(",")}: trained in ${seconds} s; right on ` +
      `${percent(accuracy(model, knownHands))} of fresh pictures, ${percent(accuracy(model, otherHands))} of other hands\n`,
  );
  const file = join(import.meta.dirname, `${recipe.name}.json`);
  const text = writeModel(model);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    process.stderr.write(`${file} is not what training gives\n`);
    process.exitCode = 1;
  }
}
