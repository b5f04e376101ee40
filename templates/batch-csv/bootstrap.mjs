import { createHash } from "node:crypto";
import { quantile } from "./statistics.mjs";

/**
 * sfc32, a small generator with 128 bits of state that passes PractRand (Chris Doty-Humphrey). The same seed gives the same
 * numbers on every machine.
 *
 * @param {string} seed
 * @returns {() => number} next 32 bits, unsigned
 */
export function generator(seed) {
  const digest = createHash("sha256").update(seed).digest();
  let a = digest.readUInt32LE(0) | 0;
  let b = digest.readUInt32LE(4) | 0;
  let c = digest.readUInt32LE(8) | 0;
  let counter = digest.readUInt32LE(12) | 0;
  return () => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + result) | 0;
    return result >>> 0;
  };
}

/**
 * 95% confidence interval of the mean by the percentile bootstrap (Efron 1979): draw the column again with replacement, many
 * times, and take the 2.5% and 97.5% quantiles of the means. Yields after every resample, so that the caller can report
 * progress and be stopped.
 *
 * @param {Float64Array} values - not empty
 * @param {number} resamples - at least 1
 * @param {string} seed
 * @returns {Generator<number, { low: number, high: number }, void>} yields how many resamples are done
 */
export function* meanInterval(values, resamples, seed) {
  const next = generator(seed);
  const size = values.length;
  const scale = size / 2 ** 32;
  const means = new Float64Array(resamples);
  for (let done = 0; done < resamples; done++) {
    let total = 0;
    for (let draw = 0; draw < size; draw++) total += values[Math.floor(next() * scale)] ?? 0;
    means[done] = total / size;
    yield done + 1;
  }
  means.sort();
  return { low: quantile(means, 0.025), high: quantile(means, 0.975) };
}
