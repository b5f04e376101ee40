/** Values for an axis from zero: round, evenly spaced, the last one above every point, with room for its name. */
export function roundTicks(values: readonly number[]): number[] {
  const top = Math.max(0, ...values) * 1.1 || 1;
  const power = 10 ** Math.floor(Math.log10(top / 4));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power * 5 >= top) ?? 10) * power;
  const count = Math.ceil(top / step);
  // Rounded to twelve digits: 3 * 0.1 would be written 0.30000000000000004.
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
