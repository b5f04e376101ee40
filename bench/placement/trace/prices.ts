/**
 * Prices are not in the trace. These are ours: thousandths of a dollar for an hour of a whole GPU, set once by the order of the
 * models' usual rents; a part of a GPU costs that part. G2 and G3 are anonymised in the trace.
 */
const prices: Readonly<Record<string, number>> = {
  P100: 450,
  T4: 350,
  A10: 750,
  G2: 900,
  G3: 1_600,
  V100M16: 1_100,
  V100M32: 1_400,
};

export function priceOf(model: string): number {
  const price = prices[model];
  if (price === undefined) throw new Error(`no price for the model ${model}`);
  return price;
}
