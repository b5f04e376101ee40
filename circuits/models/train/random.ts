/** A stream of numbers in [0, 1): mulberry32, whole-number arithmetic, the same on every machine. */
export type Random = () => number;

/** The stream of a seed. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A number between two others. */
export const between = (random: Random, low: number, high: number) => low + (high - low) * random();

/** About normal, mean 0 and deviation 1: twelve uniforms (Irwin-Hall), so that no logarithm is needed. */
export function gaussian(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}
