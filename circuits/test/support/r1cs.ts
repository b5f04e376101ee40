import { readFileSync } from "node:fs";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";

type LinearCombination = [wire: number, coefficient: bigint][];

/** A constraint system `A * B = C`, with the constraints that mention each wire. */
export interface R1cs {
  wires: number;
  constraints: [LinearCombination, LinearCombination, LinearCombination][];
  touching: number[][];
}

/** Reads an r1cs file (iden3 binary format, version 1), independently of snarkjs. */
export function readR1cs(path: string): R1cs {
  const bytes = readFileSync(path);
  const sections = new Map<number, number>();
  let position = 12;
  for (let count = bytes.readUInt32LE(8); count > 0; count--) {
    sections.set(bytes.readUInt32LE(position), position + 12);
    position += 12 + Number(bytes.readBigUInt64LE(position + 4));
  }
  const header = sections.get(1) ?? 0;
  const wires = bytes.readUInt32LE(header + 36);
  const constraintCount = bytes.readUInt32LE(header + 60);

  let cursor = sections.get(2) ?? 0;
  const readCombination = (): LinearCombination => {
    const terms = bytes.readUInt32LE(cursor);
    cursor += 4;
    return Array.from({ length: terms }, () => {
      const wire = bytes.readUInt32LE(cursor);
      const limbs = [0, 1, 2, 3].map((limb) => bytes.readBigUInt64LE(cursor + 4 + limb * 8) << BigInt(64 * limb));
      cursor += 36;
      return [wire, limbs.reduce((sum, limb) => sum + limb, 0n)];
    });
  };
  const touching: number[][] = Array.from({ length: wires }, () => []);
  const constraints = Array.from({ length: constraintCount }, (_, index) => {
    const constraint: R1cs["constraints"][number] = [readCombination(), readCombination(), readCombination()];
    for (const wire of new Set(constraint.flat().map(([id]) => id))) touching[wire]?.push(index);
    return constraint;
  });
  return { wires, constraints, touching };
}

/** Whether `witness` satisfies the given constraints; all of them unless told. */
export function satisfies(r1cs: R1cs, witness: readonly bigint[], indices?: readonly number[]): boolean {
  const evaluate = (combination: LinearCombination) =>
    combination.reduce((sum, [wire, coefficient]) => sum + (witness[wire] ?? 0n) * coefficient, 0n) % FIELD_SIZE;
  const holds = (index: number) => {
    const constraint = r1cs.constraints[index];
    if (!constraint) throw new RangeError(`no constraint ${index}`);
    const [a, b, c] = constraint.map(evaluate) as [bigint, bigint, bigint];
    return (a * b - c) % FIELD_SIZE === 0n;
  };
  return (indices ?? [...r1cs.constraints.keys()]).every(holds);
}
