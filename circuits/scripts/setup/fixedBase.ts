import type { Curve } from "ffjavascript";

/** Bits per window: 37 tables of 127 points fit the curve's 1.6 MB of WebAssembly memory, in G1 and in G2. */
const WINDOW_BITS = 7;
const SCALAR_BITS = 254;
const SCALAR_BYTES = 32;

/**
 * Multiplies the group's generator by many scalars with one table of `j * 2^(7w) * G`
 * (fixed-base windows): 37 mixed additions a scalar instead of 254 doublings.
 *
 * @param curve - bn128, as built by ffjavascript.
 * @param groupName - which generator.
 * @param scalars - 32-byte little-endian scalars below r, not in Montgomery form.
 * @returns the points, affine, in ffjavascript's Montgomery encoding ("LEM").
 */
export async function multiplyGenerator(
  curve: Curve,
  groupName: "G1" | "G2",
  scalars: Uint8Array,
): Promise<Uint8Array> {
  const group = curve[groupName];
  const affineBytes = group.F.n8 * 2;
  const jacobianBytes = group.F.n8 * 3;
  const windows = Math.ceil(SCALAR_BITS / WINDOW_BITS);
  const perWindow = (1 << WINDOW_BITS) - 1;
  const table = await windowTable(curve, groupName, windows, perWindow);

  const count = scalars.byteLength / SCALAR_BYTES;
  const out = new Uint8Array(count * jacobianBytes);
  const addMixed = curve.tm.instance.exports[`${group.prefix}_addMixed`];
  const setZero = curve.tm.instance.exports[`${group.prefix}_zero`];
  if (!addMixed || !setZero) throw new Error(`ffjavascript has no ${group.prefix}_addMixed`);

  curve.tm.startSyncOp();
  try {
    const pTable = curve.tm.allocBuff(table);
    const pSum = curve.tm.alloc(jacobianBytes);
    for (let i = 0; i < count; i++) {
      setZero(pSum);
      for (let w = 0; w < windows; w++) {
        const digit = windowDigit(scalars, i * SCALAR_BYTES, w);
        if (digit > 0) addMixed(pSum, pTable + (w * perWindow + digit - 1) * affineBytes, pSum);
      }
      out.set(curve.tm.getBuff(pSum, jacobianBytes), i * jacobianBytes);
    }
  } finally {
    curve.tm.endSyncOp();
  }
  return group.batchToAffine(out);
}

async function windowTable(curve: Curve, groupName: "G1" | "G2", windows: number, perWindow: number) {
  const group = curve[groupName];
  const jacobianBytes = group.F.n8 * 3;
  const table = new Uint8Array(windows * perWindow * jacobianBytes);
  let base = group.g;
  for (let w = 0; w < windows; w++) {
    let multiple = base;
    for (let j = 0; j < perWindow; j++) {
      table.set(multiple, (w * perWindow + j) * jacobianBytes);
      multiple = group.add(multiple, base);
    }
    base = multiple; // 2^WINDOW_BITS times the old base.
  }
  return group.batchToAffine(table);
}

/** Window `index` (7 bits) of the little-endian scalar at `offset`. */
function windowDigit(scalars: Uint8Array, offset: number, index: number): number {
  const bit = index * WINDOW_BITS;
  const byte = bit >> 3;
  const low = scalars[offset + byte] ?? 0;
  const high = byte + 1 < SCALAR_BYTES ? (scalars[offset + byte + 1] ?? 0) : 0;
  return ((low | (high << 8)) >> (bit & 7)) & ((1 << WINDOW_BITS) - 1);
}
