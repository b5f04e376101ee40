import type { R1csFile } from "./readR1cs.ts";

/** For every wire, its polynomials of the three sides at tau. */
export interface WireScalars {
  a: bigint[];
  b: bigint[];
  c: bigint[];
}

/**
 * Sums each wire's coefficients times the Lagrange values of their constraints. Behind the constraints stands a row
 * `signal * 0 = 0` for the one and each public signal: without it a public input that no constraint mentions would be free
 * (snarkjs zkey_new.js does the same).
 *
 * @param lagrange - L_i(tau) for every row.
 */
export function wireScalars(r1cs: R1csFile, lagrange: readonly bigint[], modulus: bigint): WireScalars {
  const zeros = () => new Array<bigint>(r1cs.wires).fill(0n);
  const scalars: WireScalars = { a: zeros(), b: zeros(), c: zeros() };
  const sides = { A: scalars.a, B: scalars.b, C: scalars.c };
  const at = (row: number) => lagrange[row] ?? 0n;
  r1cs.forEachTerm((side, constraint, wire, coefficient) => {
    const sums = sides[side];
    sums[wire] = ((sums[wire] ?? 0n) + coefficient * at(constraint)) % modulus;
  });
  for (let signal = 0; signal <= r1cs.publicSignals; signal++) {
    scalars.a[signal] = ((scalars.a[signal] ?? 0n) + at(r1cs.constraints + signal)) % modulus;
  }
  return scalars;
}
