/** Size of a scalar in files and in WebAssembly memory. */
export const SCALAR_BYTES = 32;

/** Little-endian 32-byte scalars as numbers. */
export function scalarsFromBytes(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / SCALAR_BYTES }, (_, index) => scalarAt(view, index * SCALAR_BYTES));
}

/** The little-endian 32-byte scalar at `offset`. */
export function scalarAt(view: DataView, offset: number): bigint {
  return (
    view.getBigUint64(offset, true) |
    (view.getBigUint64(offset + 8, true) << 64n) |
    (view.getBigUint64(offset + 16, true) << 128n) |
    (view.getBigUint64(offset + 24, true) << 192n)
  );
}

/** Numbers below 2^256 as little-endian 32-byte scalars. */
export function scalarsToBytes(scalars: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(scalars.length * SCALAR_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, scalar] of scalars.entries()) {
    for (let limb = 0; limb < 4; limb++) {
      view.setBigUint64(index * SCALAR_BYTES + limb * 8, BigInt.asUintN(64, scalar >> BigInt(64 * limb)), true);
    }
  }
  return bytes;
}
