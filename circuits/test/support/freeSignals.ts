import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { type R1cs, satisfies } from "./r1cs.ts";

const asField = (value: bigint) => ((value % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;

/**
 * Moves every signal of a valid witness in turn, to several other values.
 *
 * @returns the moves that no constraint refuses, in words: none where the constraints hold every signal in place
 */
export function freeSignals(r1cs: R1cs, witness: readonly bigint[]): string[] {
  if (!satisfies(r1cs, witness)) throw new Error("the witness is not valid to begin with");
  const moved = [...witness];
  const free: string[] = [];
  for (let wire = 1; wire < r1cs.wires; wire++) {
    const value = witness[wire] ?? 0n;
    const others = new Set([value + 1n, value - 1n, -value, value * 3n + 7n, 0n, 1n].map(asField));
    others.delete(value);
    for (const other of others) {
      moved[wire] = other;
      if (satisfies(r1cs, moved, r1cs.touching[wire])) free.push(`wire ${wire}: ${value} -> ${other}`);
    }
    moved[wire] = value;
  }
  return free;
}
