/** One receipt's numbers as `captureBatch` takes them. */
export interface Span {
  sequence: number;
  /** Seconds since the lease began. */
  from: number;
  to: number;
  last: boolean;
  /** Number of the lease within its job. */
  index: number;
  feeBps: number;
  /** Atomic units a second, below 2^48. */
  pricePerSecond: bigint;
}

const bits = (value: number | bigint, width: number, at: number): bigint => {
  const number = BigInt(value);
  if (number < 0n || number >> BigInt(width) !== 0n) throw new RangeError(`${number} does not fit ${width} bits`);
  return number << BigInt(at);
};

/** The word of a receipt in a batch, from the lowest bits on: to 32, from 32, sequence 32, index 16, fee 16, price 48, last 1. */
export function packSpan({ sequence, from, to, last, index, feeBps, pricePerSecond }: Span): bigint {
  return (
    bits(to, 32, 0) |
    bits(from, 32, 32) |
    bits(sequence, 32, 64) |
    bits(index, 16, 96) |
    bits(feeBps, 16, 112) |
    bits(pricePerSecond, 48, 128) |
    bits(last ? 1 : 0, 1, 176)
  );
}

/** Reads the `usage` word of the `UsagesCaptured` event: the span and what was booked, fee included, in atomic units. */
export function readCaptured(usage: bigint): Span & { amount: bigint; fee: bigint } {
  const at = (shift: number, width: number) => (usage >> BigInt(shift)) & ((1n << BigInt(width)) - 1n);
  const pricePerSecond = at(128, 48);
  const [from, to] = [Number(at(32, 32)), Number(at(0, 32))];
  const amount = pricePerSecond * BigInt(to - from);
  return {
    sequence: Number(at(64, 32)),
    from,
    to,
    last: at(176, 1) === 1n,
    index: Number(at(96, 16)),
    feeBps: Number(at(112, 16)),
    pricePerSecond,
    amount,
    fee: at(208, 48) - amount,
  };
}
