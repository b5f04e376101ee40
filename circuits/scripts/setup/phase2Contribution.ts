import { blake2b } from "@noble/hashes/blake2b";
import type { Curve } from "ffjavascript";
import { BEACON_ITERATIONS_EXP, beaconRng, encodeBeaconParameters, rngFromHash } from "./beaconRng.ts";
import { concatBytes, uint32 } from "./binFile.ts";

/** A phase 2 contribution and what it makes of a fresh key's delta. */
export interface Phase2Contribution {
  /** The secret factor, Montgomery form. */
  delta: Uint8Array;
  /** delta times the generators, affine. */
  deltaG1: Uint8Array;
  deltaG2: Uint8Array;
  /** Section 10 of the zkey. */
  section: Uint8Array;
}

/**
 * The first phase 2 contribution of a key, from a beacon, in the layout of snarkjs' zkey_beacon.js and zkey_utils.js.
 *
 * @param circuitHash - of the key before any contribution.
 */
export function beaconContribution(
  curve: Curve,
  circuitHash: Uint8Array,
  name: string,
  beacon: Uint8Array,
): Phase2Contribution {
  const { Fr, G1, G2 } = curve;
  const rng = beaconRng(beacon, BEACON_ITERATIONS_EXP);
  const delta = Fr.fromRng(rng);
  const base = G1.toAffine(G1.fromRng(rng));
  const shifted = G1.toAffine(G1.timesFr(base, delta));
  const transcript = blake2b
    .create({ dkLen: 64 })
    .update(circuitHash)
    .update(G1.toUncompressed(base))
    .update(G1.toUncompressed(shifted))
    .digest();
  const spBase = G2.fromRng(rngFromHash(transcript));
  const deltaG1 = G1.toAffine(G1.timesFr(G1.g, delta));
  const deltaG2 = G2.toAffine(G2.timesFr(G2.g, delta));
  const parameters = encodeBeaconParameters(name, beacon, BEACON_ITERATIONS_EXP);
  const section = concatBytes([
    circuitHash,
    uint32(1), // contributions
    encodePoint(curve, "G1", deltaG1),
    encodePoint(curve, "G1", base),
    encodePoint(curve, "G1", shifted),
    encodePoint(curve, "G2", G2.toAffine(G2.timesFr(spBase, delta))),
    transcript,
    uint32(1), // type: beacon
    uint32(parameters.byteLength),
    parameters,
  ]);
  return { delta, deltaG1, deltaG2, section };
}

/** A point in the encoding of key files: affine, little-endian, Montgomery form. */
export function encodePoint(curve: Curve, group: "G1" | "G2", point: Uint8Array): Uint8Array {
  const out = new Uint8Array(curve[group].F.n8 * 2);
  curve[group].toRprLEM(out, 0, point);
  return out;
}
