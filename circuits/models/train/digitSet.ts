import { drawDigit } from "./drawDigit.ts";
import { randomOf } from "./random.ts";

/** Pictures of digits with what they show. */
export interface DigitSet {
  images: Uint8Array[];
  labels: number[];
}

/**
 * A set of drawn digits: every digit and every glyph equally often.
 *
 * @param glyphs - paths by digit
 * @param size - width and height in pixels
 * @param seed - the same seed draws the same pictures
 */
export function digitSet(glyphs: readonly (readonly string[])[], size: number, count: number, seed: number): DigitSet {
  const random = randomOf(seed);
  const set: DigitSet = { images: [], labels: [] };
  for (let i = 0; i < count; i++) {
    const label = i % 10;
    const paths = glyphs[label] ?? [];
    set.images.push(drawDigit(paths[Math.floor(i / 10) % paths.length] ?? "", size, random));
    set.labels.push(label);
  }
  return set;
}
