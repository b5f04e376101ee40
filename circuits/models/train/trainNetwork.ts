import type { DigitSet } from "./digitSet.ts";
import { gaussian, randomOf } from "./random.ts";

/** A network with one hidden layer in floating point; inputs are grey levels 0 to 15, weights row by row. */
export interface FloatNetwork {
  inputs: number;
  hidden: number;
  outputs: number;
  hiddenWeights: Float64Array;
  hiddenBiases: Float64Array;
  outputWeights: Float64Array;
  outputBiases: Float64Array;
}

/** How to train. */
export interface Training {
  hidden: number;
  epochs: number;
  batch: number;
  learningRate: number;
  seed: number;
}

const OUTPUTS = 10;
const MOMENTUM = 0.9;
const WEIGHT_DECAY = 1e-5;
/** Largest weight kept: a narrow range loses less when it is rounded to 8 bits. */
const CLIP = 1.5;

/** e^x for x <= 0 by halving and a Taylor polynomial: `Math.exp` may differ between engines in its last bit. */
function exponential(x: number): number {
  if (x < -40) return 0;
  let value = x / 1024;
  value = 1 + value * (1 + (value / 2) * (1 + (value / 3) * (1 + value / 4)));
  for (let i = 0; i < 10; i++) value *= value;
  return value;
}

/** Trains with mini-batches, momentum and cross entropy; the same data and seed give the same network to the bit. */
export function trainNetwork(set: DigitSet, training: Training): FloatNetwork {
  const { hidden, epochs, batch, learningRate, seed } = training;
  const random = randomOf(seed);
  const inputs = set.images[0]?.length ?? 0;
  const initial = (count: number, fanIn: number) =>
    Float64Array.from({ length: count }, () => gaussian(random) * Math.sqrt(2 / fanIn));
  const hiddenWeights = initial(hidden * inputs, inputs);
  const hiddenBiases = new Float64Array(hidden);
  const outputWeights = initial(OUTPUTS * hidden, hidden);
  const outputBiases = new Float64Array(OUTPUTS);
  const parameters = [hiddenWeights, hiddenBiases, outputWeights, outputBiases];
  const gradients = parameters.map(({ length }) => new Float64Array(length));
  const velocities = parameters.map(({ length }) => new Float64Array(length));
  const [hiddenGradient, hiddenBiasGradient, outputGradient, outputBiasGradient] = gradients as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];

  const order = set.images.map((_, index) => index);
  const activation = new Float64Array(hidden);
  const delta = new Float64Array(OUTPUTS);
  const count = order.length;
  const inked = new Int32Array(inputs);
  const level = new Float64Array(inputs);

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const kept = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = kept;
    }
    const rate = learningRate * (1 - epoch / epochs);
    for (let start = 0; start < count; start += batch) {
      for (const gradient of gradients) gradient.fill(0);
      const end = Math.min(count, start + batch);
      for (let at = start; at < end; at++) {
        const image = set.images[order[at] ?? 0] as Uint8Array;
        const label = set.labels[order[at] ?? 0] ?? 0;
        // Most of a picture is empty: only inked pixels take part.
        let used = 0;
        for (let i = 0; i < inputs; i++) {
          if (image[i] === 0) continue;
          inked[used] = i;
          level[used++] = (image[i] as number) / 15;
        }
        for (let h = 0; h < hidden; h++) {
          let sum = hiddenBiases[h] as number;
          const row = h * inputs;
          for (let k = 0; k < used; k++)
            sum += (hiddenWeights[row + (inked[k] as number)] as number) * (level[k] as number);
          activation[h] = sum > 0 ? sum : 0;
        }
        let highest = -1e9;
        for (let o = 0; o < OUTPUTS; o++) {
          let sum = outputBiases[o] as number;
          for (let h = 0; h < hidden; h++) sum += (outputWeights[o * hidden + h] as number) * (activation[h] as number);
          delta[o] = sum;
          if (sum > highest) highest = sum;
        }
        let total = 0;
        for (let o = 0; o < OUTPUTS; o++) {
          delta[o] = exponential((delta[o] as number) - highest);
          total += delta[o] as number;
        }
        for (let o = 0; o < OUTPUTS; o++) {
          delta[o] = (delta[o] as number) / total - (o === label ? 1 : 0);
          outputBiasGradient[o] = (outputBiasGradient[o] as number) + (delta[o] as number);
        }
        for (let h = 0; h < hidden; h++) {
          if (activation[h] === 0) continue;
          let back = 0;
          for (let o = 0; o < OUTPUTS; o++) {
            const at = o * hidden + h;
            outputGradient[at] = (outputGradient[at] as number) + (delta[o] as number) * (activation[h] as number);
            back += (outputWeights[at] as number) * (delta[o] as number);
          }
          hiddenBiasGradient[h] = (hiddenBiasGradient[h] as number) + back;
          const row = h * inputs;
          for (let k = 0; k < used; k++) {
            const at = row + (inked[k] as number);
            hiddenGradient[at] = (hiddenGradient[at] as number) + back * (level[k] as number);
          }
        }
      }
      const scale = rate / (end - start);
      for (const [index, values] of parameters.entries()) {
        const gradient = gradients[index] as Float64Array;
        const velocity = velocities[index] as Float64Array;
        for (let i = 0; i < values.length; i++) {
          velocity[i] = MOMENTUM * (velocity[i] as number) - scale * (gradient[i] as number);
          const value = (values[i] as number) * (1 - rate * WEIGHT_DECAY) + (velocity[i] as number);
          values[i] = value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
        }
      }
    }
  }
  return { inputs, hidden, outputs: OUTPUTS, hiddenWeights, hiddenBiases, outputWeights, outputBiases };
}
