import { BIAS_BITS, type Model } from "@gristmill/shared/inference/model";
import type { FloatNetwork } from "./trainNetwork.ts";

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
/** Nearest whole number, halves upwards. */
const round = (value: number) => Math.floor(value + 0.5);
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * Rounds a network to 8-bit weights, 20-bit biases and 8-bit activations.
 *
 * With input `x = 15 a` and weights `W = s w`, a hidden sum is `15 s` times the real one. The ReLU drops `shift` bits,
 * the fewest for which 99.9% of the calibration sums end at 255 or below; half of 2^shift in the bias makes its
 * truncation a rounding.
 *
 * @param calibration - pictures that show how large the hidden sums get
 */
export function quantise(network: FloatNetwork, calibration: readonly Uint8Array[]): Model {
  const { inputs, hidden, outputs } = network;
  const biasLimit = 2 ** (BIAS_BITS - 1);
  const asBias = (value: number) => clamp(round(value), -biasLimit, biasLimit - 1);
  const asWeights = (values: Float64Array, scale: number) =>
    Int8Array.from(values, (value) => clamp(round(value * scale), -128, 127));

  const hiddenScale = 127 / largest(network.hiddenWeights);
  const hiddenWeights = asWeights(network.hiddenWeights, hiddenScale);
  const plainBiases = Array.from(network.hiddenBiases, (bias) => bias * 15 * hiddenScale);

  const sums: number[] = [];
  for (const image of calibration) {
    for (let h = 0; h < hidden; h++) {
      let sum = round(plainBiases[h] ?? 0);
      for (let i = 0; i < inputs; i++) sum += (hiddenWeights[h * inputs + i] ?? 0) * (image[i] ?? 0);
      if (sum > 0) sums.push(sum);
    }
  }
  sums.sort((a, b) => a - b);
  const high = sums[Math.floor(sums.length * 0.999)] ?? 0;
  let shift = 0;
  while (Math.floor(high / 2 ** shift) > 255) shift++;
  const hiddenBiases = plainBiases.map((bias) => asBias(bias + (shift > 0 ? 2 ** (shift - 1) : 0)));

  const outputScale = 127 / largest(network.outputWeights);
  const activationScale = (15 * hiddenScale) / 2 ** shift;
  const outputBiases = Array.from(network.outputBiases, (bias) => asBias(bias * activationScale * outputScale));

  return {
    sizes: [inputs, hidden, outputs],
    shifts: [shift],
    inputBits: 4,
    weights: Int8Array.from([...hiddenWeights, ...asWeights(network.outputWeights, outputScale)]),
    biases: Int32Array.from([...hiddenBiases, ...outputBiases]),
  };
}
