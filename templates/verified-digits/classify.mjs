/**
 * The integer classifier of docs/verified-inference.md in 32-bit machine arithmetic. It shares no code with the
 * TypeScript that clients use nor with the circuit: the three are written from the same page and must agree.
 *
 * @typedef {object} IntegerModel
 * @property {number[]} sizes
 * @property {number[]} shifts
 * @property {number} inputBits
 * @property {Int8Array} weights
 * @property {Int32Array} biases
 */

/**
 * @param {IntegerModel} model
 * @param {Uint8Array} values
 * @returns {{ class: number, logits: Int32Array }}
 */
export function classify({ sizes, shifts, weights, biases }, values) {
  let current = Int32Array.from(values);
  let weight = 0;
  let bias = 0;
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const next = new Int32Array(sizes[layer + 1] ?? 0);
    const hidden = layer + 2 < sizes.length;
    for (let to = 0; to < next.length; to++) {
      let sum = at(biases, bias++);
      for (let from = 0; from < current.length; from++) {
        sum = (sum + Math.imul(at(weights, weight++), at(current, from))) | 0;
      }
      if (hidden) {
        sum = sum < 0 ? 0 : sum >> (shifts[layer] ?? 0);
        if (sum > 255) sum = 255;
      }
      next[to] = sum;
    }
    current = next;
  }
  let best = 0;
  for (let index = 1; index < current.length; index++) if (at(current, index) > at(current, best)) best = index;
  return { class: best, logits: current };
}

/**
 * @param {Int8Array | Int32Array} list
 * @param {number} index - inside the list: the model's file was checked against its sizes
 */
function at(list, index) {
  return (list[index] ?? 0) | 0;
}
