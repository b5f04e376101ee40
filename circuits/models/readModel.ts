import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Model, parseModel } from "@gristmill/shared/inference/model";

/** Where model files lie. */
export const MODELS_DIR = import.meta.dirname;

/** Reads a model file of this folder, for example `digits.json`. */
export function readModel(file: string): Model {
  return parseModel(JSON.parse(readFileSync(join(MODELS_DIR, file), "utf8")));
}
