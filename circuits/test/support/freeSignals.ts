import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { type R1cs, satisfies } from "./r1cs.ts";

/** Outcome of moving every wire of a witness. */
export interface Perturbation {
  tried: number;
  /** Wires that took another value with every constraint still satisfied. */
  free: number[];
}

/**
 * Moves each wire of a valid witness in turn, to several other values, and sees whether a constraint notices. Every
 * wire is tried: a wrong value shows in one of the constraints that mention it.
 */
export function freeSignals(r1cs: R1cs, witness: bigint[]): Perturbation {
  const free: number[] = [];
  let tried = 0;
  for (let wire = 1; wire < r1cs.wires; wire++) {
    const value = witness[wire] ?? 0n;
    const others = [value + 1n, -value, value * 3n + 7n].map((other) => ((other % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE);
    for (const other of new Set(others)) {
      if (other === value) continue;
      tried++;
      witness[wire] = other;
      if (satisfies(r1cs, witness, r1cs.touching[wire])) free.push(wire);
    }
    witness[wire] = value;
  }
  return { tried, free };
}
