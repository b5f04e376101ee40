import { closeSync, openSync, readSync } from "node:fs";
import { DEVELOPMENT_NAME } from "../setup/developmentPowersOfTau.ts";

const FIRST_BYTES = 1 << 16;

/** Whether a powers-of-tau file is the development one, whose contribution says so by its name. */
export function isDevelopmentPowersOfTau(path: string): boolean {
  const { size, position } = contributionsOf(path);
  const bytes = Buffer.alloc(Math.min(size, FIRST_BYTES));
  const file = openSync(path, "r");
  try {
    readSync(file, bytes, 0, bytes.length, position);
  } finally {
    closeSync(file);
  }
  return bytes.includes(Buffer.from(DEVELOPMENT_NAME));
}

/** Section 7 of the file. */
function contributionsOf(path: string): { position: number; size: number } {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(12);
    readSync(file, head, 0, 12, 0);
    let position = 12;
    for (let count = head.readUInt32LE(8); count > 0; count--) {
      readSync(file, head, 0, 12, position);
      const size = Number(head.readBigUInt64LE(4));
      if (head.readUInt32LE(0) === 7) return { position: position + 12, size };
      position += 12 + size;
    }
    return { position: 0, size: 0 };
  } finally {
    closeSync(file);
  }
}
