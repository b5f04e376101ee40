import type { Curve } from "ffjavascript";
import { SCALAR_BYTES } from "./scalars.ts";

const SCALAR_BITS = 254;
const PAGE_BYTES = 65_536;

/** `j * 2^(bits * w) * G` for every window w and 0 < j < 2^bits, in the curve's WebAssembly memory. */
interface Table {
  bits: number;
  pointer: number;
}

/** Tables by curve; they live as long as the curve's memory. */
const tables = new WeakMap<Curve, Map<string, Table>>();

/**
 * Multiplies the group's generator by many scalars with a table of its multiples (fixed-base windows): 22 mixed additions a
 * scalar instead of 254 doublings.
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
  const count = scalars.byteLength / SCALAR_BYTES;
  // The larger table costs as much to make as some thousand multiplications with the smaller one.
  const { bits, pointer } = tableOf(curve, groupName, count < 2 ** 12 ? 7 : 12);
  const windows = Math.ceil(SCALAR_BITS / bits);
  const perWindow = (1 << bits) - 1;

  const out = new Uint8Array(count * jacobianBytes);
  const addMixed = curve.tm.instance.exports[`${group.prefix}_addMixed`];
  const setZero = curve.tm.instance.exports[`${group.prefix}_zero`];
  if (!addMixed || !setZero) throw new Error(`ffjavascript has no ${group.prefix}_addMixed`);

  curve.tm.startSyncOp();
  try {
    const pSum = curve.tm.alloc(jacobianBytes);
    for (let i = 0; i < count; i++) {
      setZero(pSum);
      for (let w = 0; w < windows; w++) {
        const digit = windowDigit(scalars, i * SCALAR_BYTES, w * bits, bits);
        if (digit > 0) addMixed(pSum, pointer + (w * perWindow + digit - 1) * affineBytes, pSum);
      }
      out.set(curve.tm.u8.subarray(pSum, pSum + jacobianBytes), i * jacobianBytes);
    }
  } finally {
    curve.tm.endSyncOp();
  }
  return group.batchToAffine(out);
}

function tableOf(curve: Curve, groupName: "G1" | "G2", bits: number): Table {
  const ofCurve = tables.get(curve) ?? new Map<string, Table>();
  tables.set(curve, ofCurve);
  const name = `${groupName} ${bits}`;
  const known = ofCurve.get(name);
  if (known) return known;
  const made = makeTable(curve, groupName, bits);
  ofCurve.set(name, made);
  return made;
}

function makeTable(curve: Curve, groupName: "G1" | "G2", bits: number): Table {
  const { tm } = curve;
  const group = curve[groupName];
  const affineBytes = group.F.n8 * 2;
  const jacobianBytes = group.F.n8 * 3;
  const windows = Math.ceil(SCALAR_BITS / bits);
  const perWindow = (1 << bits) - 1;
  const call = (name: string, ...args: number[]) => {
    const routine = tm.instance.exports[`${group.prefix}_${name}`];
    if (!routine) throw new Error(`ffjavascript has no ${group.prefix}_${name}`);
    routine(...args);
  };
  // ffjavascript's memory is fixed and small. It only grows, and views of it must be made anew.
  const bytes = windows * perWindow * affineBytes + (perWindow + 2) * jacobianBytes;
  tm.memory.grow(Math.ceil(bytes / PAGE_BYTES));
  tm.u8 = new Uint8Array(tm.memory.buffer);
  tm.u32 = new Uint32Array(tm.memory.buffer);

  const pointer = tm.alloc(windows * perWindow * affineBytes);
  tm.startSyncOp();
  try {
    const pBase = tm.alloc(affineBytes);
    const pMultiples = tm.alloc((perWindow + 1) * jacobianBytes);
    tm.u8.set(group.toAffine(group.g).subarray(0, affineBytes), pBase);
    for (let w = 0; w < windows; w++) {
      call("zero", pMultiples);
      call("addMixed", pMultiples, pBase, pMultiples);
      for (let j = 1; j <= perWindow; j++) {
        const p = pMultiples + j * jacobianBytes;
        call("addMixed", p - jacobianBytes, pBase, p);
      }
      // The last one is 2^bits times the base: the next window's.
      call("batchToAffine", pMultiples, perWindow, pointer + w * perWindow * affineBytes);
      call("batchToAffine", pMultiples + perWindow * jacobianBytes, 1, pBase);
    }
  } finally {
    tm.endSyncOp();
  }
  return { bits, pointer };
}

/** `bits` bits (at most 16) from bit `start` of the little-endian scalar at `offset`. */
function windowDigit(scalars: Uint8Array, offset: number, start: number, bits: number): number {
  const byte = start >> 3;
  let digits = 0;
  for (let i = 0; i < 3 && byte + i < SCALAR_BYTES; i++) digits |= (scalars[offset + byte + i] ?? 0) << (8 * i);
  return (digits >> (start & 7)) & ((1 << bits) - 1);
}
