import { FIELD_SIZE, tickContext, tickOrigin } from "@gristmill/shared/receipt/tickChain";
import type { UsageWitnessInput } from "@gristmill/shared/receipt/usageStatement";
import { encodeAbiParameters, keccak256 } from "viem";
import { paperPoseidon } from "./paperPoseidon.ts";

const mod = (value: bigint) => ((value % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;

/** One block as a prover may fill it, valid or not. */
export interface Row {
  origin: bigint;
  from: bigint;
  ends: bigint;
  elapsed: bigint[];
  sample: bigint[];
  active: bigint[];
}

/** What the contract is told of a receipt. */
export interface Claim {
  context: bigint;
  origin: bigint;
  head: bigint;
  from: bigint;
  to: bigint;
}

/** Commitment, challenge and evaluation in the words of ADR 0010, by the paper's Poseidon and the chain's own encoding. */
export function rollupPublics(rows: readonly Row[], claims: readonly Claim[]) {
  const values = blocksOf(rows).flatMap(({ head }, index) => {
    const { from = 0n, ends = 0n, active = [] } = rows[index] ?? {};
    return [head, mod(from + ends * 2n ** 32n + active.reduce((sum, one) => sum + one, 0n) * 2n ** 33n)];
  });
  let commitment = 0n;
  for (let start = 0; start < values.length; start += 15) {
    const next = Array.from({ length: 15 }, (_, index) => values[start + index] ?? 0n);
    commitment = paperPoseidon([commitment, ...next]);
  }
  const words = [
    commitment,
    ...claims.flatMap(({ context, origin, head, from, to }) => [context, origin, head, from, to]),
  ];
  const encoded = encodeAbiParameters(
    words.map(() => ({ type: "uint256" })),
    words,
  );
  const challenge = BigInt(keccak256(encoded)) % FIELD_SIZE;
  return { commitment, challenge, evaluation: evaluate(challenge, claims) };
}

/** The receipts' polynomial, highest power first (Horner), which is not how circuit and product go about it. */
export function evaluate(challenge: bigint, claims: readonly Claim[]): bigint {
  const coefficients = claims.flatMap(({ origin, head, from, to }) => [origin, head, from, to]);
  return coefficients.reduceRight((sum, coefficient) => mod(sum * challenge + coefficient), 0n);
}

/** Head and time after each block, as the circuit computes them from whatever it is given. */
export function blocksOf(rows: readonly Row[]): { head: bigint; time: bigint }[] {
  const out: { head: bigint; time: bigint }[] = [];
  for (const [index, row] of rows.entries()) {
    const before = index === 0 ? 0n : 1n - (rows[index - 1]?.ends ?? 0n);
    const { head: previous, time: last } = out.at(-1) ?? { head: 0n, time: 0n };
    let head = mod(row.origin + before * previous);
    for (const [slot, time] of row.elapsed.entries()) {
      const link = paperPoseidon([head, time, row.sample[slot] ?? 0n]);
      head = mod(head + (row.active[slot] ?? 0n) * (link - head));
    }
    out.push({ head, time: row.elapsed.at(-1) ?? last });
  }
  return out;
}

/** Input of the rollup circuit for any rows and claims. */
export function rollupInput(rows: readonly Row[], claims: readonly Claim[]): Record<string, unknown> {
  return { ...rollupPublics(rows, claims), ...rowSignals(rows) };
}

export function rowSignals(rows: readonly Row[]): Record<string, unknown> {
  return {
    origin: rows.map(({ origin }) => origin),
    from: rows.map(({ from }) => from),
    ends: rows.map(({ ends }) => ends),
    elapsed: rows.map(({ elapsed }) => elapsed),
    sample: rows.map(({ sample }) => sample),
    active: rows.map(({ active }) => active),
  };
}

/** Receipts of the given numbers of ticks, each of a lease of its own, `stepSeconds` between ticks. */
export function receiptsOf(tickCounts: readonly number[], stepSeconds = 10): UsageWitnessInput[] {
  return tickCounts.map((count, index) => {
    const origin = tickOrigin({
      chainId: 31337,
      market: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
      leaseId: `0x${(index + 1).toString(16).padStart(64, "0")}`,
      payee: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
      sequence: index,
    });
    const from = 1000 * index;
    return {
      origin,
      context: tickContext(origin, `0x${"cd".repeat(32)}`),
      from,
      ticks: Array.from({ length: count }, (_, tick) => ({
        elapsed: from + (tick + 1) * stepSeconds,
        sample: FIELD_SIZE - 1n - BigInt(100 * index + tick),
      })),
    };
  });
}
