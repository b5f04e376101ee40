import { type DigitSet, digitSet } from "./digitSet.ts";
import { TEST_GLYPHS, TRAINING_GLYPHS } from "./glyphs.ts";
import type { Training } from "./trainNetwork.ts";

/** Everything that a trained model follows from. */
export interface Recipe extends Training {
  name: string;
  /** Width and height of the pictures. */
  size: number;
  pictures: number;
  drawingSeed: number;
}

/** The models that ship. */
export const RECIPES: readonly Recipe[] = [
  {
    name: "digits",
    size: 28,
    hidden: 128,
    pictures: 24_000,
    drawingSeed: 1,
    epochs: 6,
    batch: 32,
    learningRate: 0.05,
    seed: 2,
  },
  {
    name: "smallDigits",
    size: 8,
    hidden: 32,
    pictures: 24_000,
    drawingSeed: 3,
    epochs: 20,
    batch: 32,
    learningRate: 0.05,
    seed: 4,
  },
];

/** What a recipe trains on. */
export const trainingSet = (recipe: Recipe): DigitSet =>
  digitSet(TRAINING_GLYPHS, recipe.size, recipe.pictures, recipe.drawingSeed);

/** Fresh pictures: of the hands that training saw, and of hands that it never saw. */
export const testSets = (recipe: Recipe, count = 4000): Record<"knownHands" | "otherHands", DigitSet> => ({
  knownHands: digitSet(TRAINING_GLYPHS, recipe.size, count, recipe.drawingSeed + 1000),
  otherHands: digitSet(TEST_GLYPHS, recipe.size, count, recipe.drawingSeed + 2000),
});
