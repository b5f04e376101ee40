/** A decimal number as people and programs write it; not `Infinity`, not hexadecimal, not an empty cell. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The numbers of a column, in the file's order. Empty cells are missing; a column with any other text in it is not numeric.
 *
 * @param {readonly string[]} cells
 * @returns {{ values: Float64Array, missing: number } | undefined} `undefined` for a column that is not numeric
 */
export function readNumbers(cells) {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
  if (filled.length === 0 || !filled.every((cell) => NUMBER.test(cell) && Number.isFinite(Number(cell))))
    return undefined;
  return { values: Float64Array.from(filled, Number), missing: cells.length - filled.length };
}

/**
 * Sum with Neumaier's compensation: the rounding error of a plain sum grows with the number of rows.
 *
 * @param {Float64Array} values
 */
export function sum(values) {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996; the default of R, NumPy and
 * spreadsheets' QUARTILE.INC).
 *
 * @param {Float64Array} sorted - ascending, not empty
 * @param {number} p - from 0 to 1
 */
export function quantile(sorted, p) {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

/**
 * @param {Float64Array} values - not empty
 * @returns what can be checked by hand; `standardDeviation` is the sample's (n - 1), `null` for a single value
 */
export function describe(values) {
  const sorted = Float64Array.from(values).sort();
  const mean = sum(values) / values.length;
  const squares = values.map((value) => (value - mean) ** 2);
  return {
    count: values.length,
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    mean,
    standardDeviation: values.length > 1 ? Math.sqrt(sum(squares) / (values.length - 1)) : null,
    quartiles: { q1: quantile(sorted, 0.25), median: quantile(sorted, 0.5), q3: quantile(sorted, 0.75) },
  };
}
