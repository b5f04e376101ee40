import { scalarAt } from "./scalars.ts";

/** The three linear combinations of a constraint A * B = C. */
export type Side = "A" | "B" | "C";

/** A compiled constraint system. */
export interface R1csFile {
  wires: number;
  /** Public signals; they are wires 1 .. publicSignals, wire 0 is the constant one. */
  publicSignals: number;
  constraints: number;
  /** Calls back for every term, in the file's order. */
  forEachTerm(visit: (side: Side, constraint: number, wire: number, coefficient: bigint) => void): void;
}

const SIDES: readonly Side[] = ["A", "B", "C"];

/** Reads an r1cs file (iden3 binary format, version 1). */
export function readR1cs(bytes: Uint8Array): R1csFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = new Map<number, number>();
  let position = 12;
  for (let count = view.getUint32(8, true); count > 0; count--) {
    sections.set(view.getUint32(position, true), position + 12);
    position += 12 + Number(view.getBigUint64(position + 4, true));
  }
  const header = sections.get(1);
  const body = sections.get(2);
  if (header === undefined || body === undefined)
    throw new Error("not an r1cs file: header or constraints are missing");
  const word = (index: number) => view.getUint32(header + 36 + index * 4, true);
  const constraints = word(6);
  return {
    wires: word(0),
    publicSignals: word(1) + word(2),
    constraints,
    forEachTerm(visit) {
      let cursor = body;
      for (let constraint = 0; constraint < constraints; constraint++) {
        for (const side of SIDES) {
          let terms = view.getUint32(cursor, true);
          cursor += 4;
          for (; terms > 0; terms--) {
            visit(side, constraint, view.getUint32(cursor, true), scalarAt(view, cursor + 4));
            cursor += 36;
          }
        }
      }
    },
  };
}
