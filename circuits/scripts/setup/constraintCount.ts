import { readFileSync } from "node:fs";

/** Constraint count of an r1cs file: the last word of its header section (iden3 r1cs binary format, version 1). */
export function constraintCount(r1csFile: string): number {
  const bytes = readFileSync(r1csFile);
  let position = 12;
  for (let sections = bytes.readUInt32LE(8); sections > 0; sections--) {
    const type = bytes.readUInt32LE(position);
    const length = Number(bytes.readBigUInt64LE(position + 4));
    if (type === 1) return bytes.readUInt32LE(position + 12 + length - 4);
    position += 12 + length;
  }
  throw new Error(`${r1csFile} has no header section`);
}
