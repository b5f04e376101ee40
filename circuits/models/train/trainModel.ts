import type { Model } from "@gristmill/shared/inference/model";
import { quantise } from "./quantise.ts";
import { type Recipe, trainingSet } from "./recipes.ts";
import { trainNetwork } from "./trainNetwork.ts";

/** Draws, trains and rounds a model. The same recipe gives the same bytes on every machine. */
export function trainModel(recipe: Recipe): Model {
  const set = trainingSet(recipe);
  return quantise(trainNetwork(set, recipe), set.images.slice(0, 500));
}
