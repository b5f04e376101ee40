import { createHash } from "node:crypto";
import { ChaCha } from "ffjavascript";

/** 2^10 sha256 iterations: the least that snarkjs accepts for a beacon. */
export const BEACON_ITERATIONS_EXP = 10;

/** The stream that snarkjs draws a beacon's secrets from (misc.js rngFromBeaconParams), so that anyone recomputes them. */
export function beaconRng(beacon: Uint8Array, iterationsExp: number): ChaCha {
  let hash = beacon;
  for (let i = 0; i < 2 ** iterationsExp; i++) hash = createHash("sha256").update(hash).digest();
  return rngFromHash(hash);
}

/** ChaCha seeded with the first 256 bits of a hash, as big-endian words. */
export function rngFromHash(hash: Uint8Array): ChaCha {
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return new ChaCha(Array.from({ length: 8 }, (_, i) => view.getUint32(i * 4, false)));
}

/** Parameters of a beacon contribution, as snarkjs writes them into ptau and zkey files. */
export function encodeBeaconParameters(name: string, beacon: Uint8Array, iterationsExp: number): Uint8Array {
  const text = new TextEncoder().encode(name.substring(0, 64));
  return Uint8Array.from([1, text.byteLength, ...text, 2, iterationsExp, 3, beacon.byteLength, ...beacon]);
}
