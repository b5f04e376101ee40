import { classify } from "@gristmill/shared/inference/classify";
import type { Model } from "@gristmill/shared/inference/model";
import type { DigitSet } from "./digitSet.ts";

/** Share of pictures that a model names right. */
export function accuracy(model: Model, { images, labels }: DigitSet): number {
  const right = images.filter((image, index) => classify(model, image).class === labels[index]);
  return right.length / images.length;
}
