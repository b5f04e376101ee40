import { concat, type Hex, hexToBytes, keccak256, numberToHex } from "viem";

/**
 * Two matrices of signed bytes that anyone derives from a seed: block i of the left one is `keccak256(seed, 2 i)`, of the
 * right one `keccak256(seed, 2 i + 1)`, numbers as 4 bytes, bytes as signed entries row by row.
 */
export function seedMatrices(seed: Hex, size: number): { left: Int8Array; right: Int8Array } {
  const derive = (parity: number) => {
    const entries = new Int8Array(size * size);
    for (let block = 0; block * 32 < entries.length; block++) {
      const bytes = hexToBytes(keccak256(concat([seed, numberToHex(2 * block + parity, { size: 4 })])));
      entries.set(new Int8Array(bytes.buffer, bytes.byteOffset, 32), block * 32);
    }
    return entries;
  };
  return { left: derive(0), right: derive(1) };
}
