import type { Model, ModelShape } from "@gristmill/shared/inference/model";
import { modelCounts } from "@gristmill/shared/inference/model";
import type { Random } from "../../models/train/random.ts";

/** How wild random weights are: extremes find what typical values never reach. */
export type Mood = "typical" | "extreme" | "most" | "least";

const pick = (random: Random, mood: Mood, low: number, high: number): number => {
  switch (mood) {
    case "typical":
      return low + Math.floor(random() * (high - low + 1));
    case "extreme":
      return random() < 0.5 ? low : high;
    case "most":
      return high;
    case "least":
      return low;
  }
};

/** A model of this shape with random weights and biases. */
export function randomModel(shape: ModelShape, random: Random, mood: Mood): Model {
  const counts = modelCounts(shape);
  return {
    ...shape,
    weights: Int8Array.from({ length: counts.weights }, () => pick(random, mood, -128, 127)),
    biases: Int32Array.from({ length: counts.biases }, () => pick(random, mood, -(2 ** 19), 2 ** 19 - 1)),
  };
}

/** A random input of this shape. */
export function randomInput({ sizes, inputBits }: ModelShape, random: Random, mood: Mood): Uint8Array {
  return Uint8Array.from({ length: sizes[0] ?? 0 }, () => pick(random, mood, 0, 2 ** inputBits - 1));
}

export const MOODS: readonly Mood[] = ["typical", "extreme", "most", "least"];
