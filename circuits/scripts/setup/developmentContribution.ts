import { blake2b } from "@noble/hashes/blake2b";
import type { Curve } from "ffjavascript";
import { encodeBeaconParameters, rngFromHash } from "./beaconRng.ts";
import { concatBytes, uint32 } from "./binFile.ts";

/** The secrets of a powers-of-tau contribution (Montgomery form) and the random bases of its public key. */
export interface TauKey {
  tau: Uint8Array;
  alpha: Uint8Array;
  beta: Uint8Array;
  tauBase: Uint8Array;
  alphaBase: Uint8Array;
  betaBase: Uint8Array;
}

interface ContributionInput {
  key: TauKey;
  firstChallenge: Uint8Array;
  /** The file's point sections, affine, Montgomery encoding. */
  sections: {
    tauG1: Uint8Array;
    tauG2: Uint8Array;
    alphaTauG1: Uint8Array;
    betaTauG1: Uint8Array;
    betaG2: Uint8Array;
  };
  name: string;
  beacon: Uint8Array;
  iterationsExp: number;
}

/**
 * Section 7 of a powers-of-tau file with one beacon contribution, in the layout of snarkjs'
 * powersoftau_utils.js and powersoftau_beacon.js, so that `snarkjs powersoftau verify` accepts the file.
 */
export async function encodeContribution(curve: Curve, input: ContributionInput): Promise<Uint8Array> {
  const { G1, G2 } = curve;
  const { key, firstChallenge, sections } = input;
  const groups = [
    [G1, sections.tauG1],
    [G2, sections.tauG2],
    [G1, sections.alphaTauG1],
    [G1, sections.betaTauG1],
    [G2, sections.betaG2],
  ] as const;

  const g1Points: Uint8Array[] = [];
  const g2Points: Uint8Array[] = [];
  const pairs = [
    [key.tauBase, key.tau],
    [key.alphaBase, key.alpha],
    [key.betaBase, key.beta],
  ] as const;
  for (const [personalization, [base, secret]] of pairs.entries()) {
    const shifted = G1.toAffine(G1.timesFr(base, secret));
    const spBase = keyPointG2(curve, personalization, firstChallenge, base, shifted);
    g1Points.push(base, shifted);
    g2Points.push(G2.toAffine(G2.timesFr(spBase, secret)));
  }
  const publicKey = [...g1Points, ...g2Points];
  const publicKeyUncompressed = concatBytes([
    ...g1Points.map((point) => G1.toUncompressed(point)),
    ...g2Points.map((point) => G2.toUncompressed(point)),
  ]);

  const response = blake2b.create({ dkLen: 64 }).update(firstChallenge);
  for (const [group, points] of groups) response.update(await group.batchLEMtoC(points));
  const partialHash = partialState(response);
  const next = blake2b.create({ dkLen: 64 }).update(response.update(publicKeyUncompressed).digest());
  for (const [group, points] of groups) next.update(await group.batchLEMtoU(points));

  const g1Bytes = G1.F.n8 * 2;
  const g2Bytes = G2.F.n8 * 2;
  const parameters = encodeBeaconParameters(input.name, input.beacon, input.iterationsExp);
  return concatBytes([
    uint32(1), // number of contributions
    sections.tauG1.slice(g1Bytes, 2 * g1Bytes),
    sections.tauG2.slice(g2Bytes, 2 * g2Bytes),
    sections.alphaTauG1.slice(0, g1Bytes),
    sections.betaTauG1.slice(0, g1Bytes),
    sections.betaG2,
    ...publicKey,
    partialHash,
    next.digest(),
    uint32(1), // type: beacon
    uint32(parameters.byteLength),
    parameters,
  ]);
}

/** snarkjs keypair.js getG2sp: a G2 point nobody chose, from the challenge and the key's first two points. */
function keyPointG2(
  curve: Curve,
  personalization: number,
  challenge: Uint8Array,
  base: Uint8Array,
  shifted: Uint8Array,
) {
  const hash = blake2b(
    concatBytes([
      new Uint8Array([personalization]),
      challenge,
      curve.G1.toUncompressed(base),
      curve.G1.toUncompressed(shifted),
    ]),
    { dkLen: 64 },
  );
  return curve.G2.toAffine(curve.G2.fromRng(rngFromHash(hash)));
}

/** State words of noble's BLAKE2b in snarkjs' order (misc.js toPartialHash). */
const STATE_WORDS = [
  ...["v0l", "v0h", "v1l", "v1h", "v2l", "v2h", "v3l", "v3h"],
  ...["v4l", "v4h", "v5l", "v5h", "v6l", "v6h", "v7l", "v7h"],
] as const;

/** The hash's state after the points and before the public key; a verifier continues it with the key. */
function partialState(hasher: object): Uint8Array {
  const state = hasher as Record<string, number> & { buffer: Uint8Array; pos: number; length: number };
  const out = new Uint8Array(216);
  out.set(state.buffer);
  const view = new DataView(out.buffer);
  for (const [index, word] of STATE_WORDS.entries()) view.setInt32(128 + index * 4, state[word] ?? 0, true);
  view.setUint32(128 + 64, state.length - state.pos, true);
  view.setUint32(128 + 72, state.pos, true);
  return out;
}
