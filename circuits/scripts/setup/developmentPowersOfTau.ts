import { blake2b } from "@noble/hashes/blake2b";
import type { Curve } from "ffjavascript";
import { BEACON_ITERATIONS_EXP } from "./beaconRng.ts";
import { concatBytes, encodeBinFile } from "./binFile.ts";
import { encodeContribution } from "./developmentContribution.ts";
import { DEVELOPMENT_BEACON, developmentTau, powersOf } from "./developmentTau.ts";
import { multiplyGenerator } from "./fixedBase.ts";

/** Name written into the file, so that whoever inspects it reads the warning. */
export const DEVELOPMENT_NAME = "DEVELOPMENT ONLY: known trapdoor, not a ceremony";

/**
 * Makes a prepared powers-of-tau file, byte for byte what `snarkjs powersoftau new`, `beacon` and
 * `prepare phase2` make from the same beacon, in seconds instead of minutes.
 *
 * **Development only.** tau, alpha and beta follow from a public seed, so anyone can forge proofs for every
 * circuit set up with it. A public deployment needs a file from a ceremony with many contributors. Knowing tau
 * is also what makes this fast: Lagrange points are `L_i(tau) * G`, with `L_i(tau)` computed in the scalar field.
 *
 * @param curve - bn128, as built by ffjavascript.
 * @param power - the file serves circuits of up to 2^power constraints.
 */
export async function developmentPowersOfTau(curve: Curve, power: number): Promise<Uint8Array> {
  const { Fr } = curve;
  const size = 2 ** power;
  const firstChallenge = firstChallengeHash(curve, power);
  const key = developmentTau(curve);

  const tauScalars = powersOf(curve, Fr.one, key.tau, 2 * size - 1);
  const alphaScalars = powersOf(curve, key.alpha, key.tau, size);
  const betaScalars = powersOf(curve, key.beta, key.tau, size);
  const points = async (group: "G1" | "G2", scalars: Uint8Array) =>
    multiplyGenerator(curve, group, await Fr.batchFromMontgomery(scalars));

  const tauG1 = await points("G1", tauScalars);
  const tauG2 = await points("G2", tauScalars.slice(0, size * Fr.n8));
  const alphaTauG1 = await points("G1", alphaScalars);
  const betaTauG1 = await points("G1", betaScalars);
  const betaG2 = await points("G2", key.beta);

  const contribution = await encodeContribution(curve, {
    key,
    firstChallenge,
    sections: { tauG1, tauG2, alphaTauG1, betaTauG1, betaG2 },
    name: DEVELOPMENT_NAME,
    beacon: Buffer.from(DEVELOPMENT_BEACON, "hex"),
    iterationsExp: BEACON_ITERATIONS_EXP,
  });

  // snarkjs pads the last, double-sized domain of tau with one zero.
  const paddedTau = concatBytes([tauScalars, Fr.zero]);
  const tauG1Lagrange = await points("G1", await lagrangeScalars(curve, paddedTau, power + 1));
  const tauG2Lagrange = await points("G2", await lagrangeScalars(curve, tauScalars, power));
  const alphaLagrange = await points("G1", await lagrangeScalars(curve, alphaScalars, power));
  const betaLagrange = await points("G1", await lagrangeScalars(curve, betaScalars, power));

  return encodeBinFile("ptau", 1, [
    [1, header(curve, power)],
    [2, tauG1],
    [3, tauG2],
    [4, alphaTauG1],
    [5, betaTauG1],
    [6, betaG2],
    [7, contribution],
    [12, tauG1Lagrange],
    [13, tauG2Lagrange],
    [14, alphaLagrange],
    [15, betaLagrange],
  ]);
}

/** For every domain 2^0 .. 2^maxPower, the inverse Fourier transform of that many powers, one after another. */
async function lagrangeScalars(curve: Curve, powers: Uint8Array, maxPower: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let p = 0; p <= maxPower; p++) parts.push(await curve.Fr.ifft(powers.slice(0, 2 ** p * curve.Fr.n8)));
  return concatBytes(parts);
}

function header(curve: Curve, power: number): Uint8Array {
  const out = new Uint8Array(44);
  const view = new DataView(out.buffer);
  view.setUint32(0, 32, true);
  for (let i = 0; i < 4; i++) view.setBigUint64(4 + i * 8, (curve.q >> BigInt(64 * i)) & 0xffffffffffffffffn, true);
  view.setUint32(36, power, true);
  view.setUint32(40, power, true);
  return out;
}

/** Hash of the file before any contribution: all points are generators (snarkjs calculateFirstChallengeHash). */
function firstChallengeHash(curve: Curve, power: number): Uint8Array {
  const g1 = curve.G1.toUncompressed(curve.G1.g);
  const g2 = curve.G2.toUncompressed(curve.G2.g);
  const size = 2 ** power;
  const hasher = blake2b.create({ dkLen: 64 }).update(blake2b(new Uint8Array(0), { dkLen: 64 }));
  const repeat = (point: Uint8Array, times: number) => {
    for (let i = 0; i < times; i++) hasher.update(point);
  };
  repeat(g1, 2 * size - 1);
  repeat(g2, size);
  repeat(g1, 2 * size);
  hasher.update(g2);
  return hasher.digest();
}
