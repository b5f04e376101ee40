import { createHash } from "node:crypto";
import { blake2b } from "@noble/hashes/blake2b";
import type { Curve } from "ffjavascript";
import { concatBytes, encodeBinFile, uint32 } from "./binFile.ts";
import { developmentTau, powersOf } from "./developmentTau.ts";
import { multiplyGenerator } from "./fixedBase.ts";
import { beaconContribution, encodePoint } from "./phase2Contribution.ts";
import type { R1csFile } from "./readR1cs.ts";
import { scalarsFromBytes, scalarsToBytes } from "./scalars.ts";
import { type WireScalars, wireScalars } from "./wireScalars.ts";

/** Public seed of the phase 2 contribution: development only, like the powers of tau. */
export const PHASE2_BEACON = createHash("sha256").update("gristmill development phase 2").digest("hex");
/** Name written into the key, so that whoever inspects it reads the warning. */
export const PHASE2_NAME = "DEVELOPMENT ONLY: public beacon";

/** snarkjs hashes the H points in chunks of this many, and always whole ones once there is more than one. */
const HASH_CHUNK = 2 ** 14;

/**
 * Makes a Groth16 proving key, byte for byte what `snarkjs zkey new` and `zkey beacon` make from the development powers of
 * tau of the next higher power, in a fraction of the time.
 *
 * **Development only**, see `developmentPowersOfTau`. Knowing tau is what makes this fast: every point of the key is a known
 * scalar times the generator, so that the sums over constraints are field arithmetic, and each point costs one fixed-base
 * multiplication. Formulas: Groth16 (eprint 2016/260, section 3.2); layout: snarkjs zkey_new.js and zkey_utils.js.
 *
 * @param curve - bn128, as built by ffjavascript.
 */
export async function developmentZkey(curve: Curve, r1cs: R1csFile): Promise<Uint8Array> {
  const { Fr, G1, G2 } = curve;
  const rows = r1cs.constraints + r1cs.publicSignals + 1;
  const power = Math.ceil(Math.log2(rows));
  const size = 2 ** power;
  const key = developmentTau(curve);
  const inField = (value: bigint) => ((value % curve.r) + curve.r) % curve.r;
  const [tau = 0n, alpha = 0n, beta = 0n] = scalarsFromBytes(
    await Fr.batchFromMontgomery(concatBytes([key.tau, key.alpha, key.beta])),
  );
  const g1 = (scalars: readonly bigint[]) => multiplyGenerator(curve, "G1", scalarsToBytes(scalars));
  const g2 = (scalars: readonly bigint[]) => multiplyGenerator(curve, "G2", scalarsToBytes(scalars));

  // L_i(tau) over the domain, and over the double one, whose odd entries carry the quotient.
  const lagrange = async (count: number) =>
    scalarsFromBytes(await Fr.batchFromMontgomery(await Fr.ifft(powersOf(curve, Fr.one, key.tau, count))));
  const scalars: WireScalars = wireScalars(r1cs, await lagrange(size), curve.r);
  const combined = scalars.a.map((a, wire) =>
    inField(beta * a + alpha * (scalars.b[wire] ?? 0n) + (scalars.c[wire] ?? 0n)),
  );
  const quotient = (await lagrange(2 * size)).filter((_, index) => index % 2 === 1);
  const firstPrivate = r1cs.publicSignals + 1;
  const privateScalars = combined.slice(firstPrivate);

  const [alphaG1, betaG1, betaG2] = [await g1([alpha]), await g1([beta]), await g2([beta])];
  const ic = await g1(combined.slice(0, firstPrivate));
  const a = await g1(scalars.a);
  const b1 = await g1(scalars.b);
  const b2 = await g2(scalars.b);

  const hasher = blake2b.create({ dkLen: 64 });
  const hashPoints = async (group: "G1" | "G2", points: Uint8Array) =>
    hasher.update(await curve[group].batchLEMtoU(points));
  const hashCounted = async (group: "G1" | "G2", count: number, points: Uint8Array) => {
    hasher.update(uint32(count).reverse());
    await hashPoints(group, points);
  };
  const [generatorG1, generatorG2] = [encodePoint(curve, "G1", G1.g), encodePoint(curve, "G2", G2.g)];
  for (const point of [alphaG1, betaG1]) await hashPoints("G1", point);
  for (const point of [betaG2, generatorG2]) await hashPoints("G2", point);
  await hashPoints("G1", generatorG1);
  await hashPoints("G2", generatorG2);
  await hashCounted("G1", firstPrivate, ic);
  await hashCounted("G1", size - 1, await g1(vanishingMultiples(size, tau, curve.r)));
  await hashCounted("G1", privateScalars.length, await g1(privateScalars));
  await hashCounted("G1", r1cs.wires, a);
  await hashCounted("G1", r1cs.wires, b1);
  await hashCounted("G2", r1cs.wires, b2);

  const { delta, deltaG1, deltaG2, section } = beaconContribution(
    curve,
    hasher.digest(),
    PHASE2_NAME,
    Buffer.from(PHASE2_BEACON, "hex"),
  );
  const [inverse = 0n] = scalarsFromBytes(await Fr.batchFromMontgomery(Fr.inv(delta)));
  const overDelta = (values: readonly bigint[]) => g1(values.map((value) => inField(value * inverse)));

  const header = concatBytes([
    uint32(32),
    scalarsToBytes([curve.q]),
    uint32(32),
    scalarsToBytes([curve.r]),
    uint32(r1cs.wires),
    uint32(r1cs.publicSignals),
    uint32(size),
    alphaG1,
    betaG1,
    betaG2,
    generatorG2, // gamma
    encodePoint(curve, "G1", deltaG1),
    encodePoint(curve, "G2", deltaG2),
  ]);
  return encodeBinFile("zkey", 1, [
    [1, uint32(1)], // Groth16
    [2, header],
    [3, ic],
    [4, await coefficients(curve, r1cs)],
    [5, a],
    [6, b1],
    [7, b2],
    [8, await overDelta(privateScalars)],
    [9, await overDelta(quotient)],
    [10, section],
  ]);
}

/** `tau^i * (tau^size - 1)`: what a key commits to of the powers behind its quotient. */
function vanishingMultiples(size: number, tau: bigint, modulus: bigint): bigint[] {
  let top = tau;
  for (let doubled = 1; doubled < size; doubled *= 2) top = (top * top) % modulus;
  const count = size - 1 <= HASH_CHUNK ? size - 1 : size;
  const multiples: bigint[] = [];
  for (let current = top + modulus - 1n; multiples.length < count; current *= tau) {
    current %= modulus;
    multiples.push(current);
  }
  return multiples;
}

/** Section 4: the terms of A and B, and a row for each public signal, with coefficients in double Montgomery form. */
async function coefficients(curve: Curve, r1cs: R1csFile): Promise<Uint8Array> {
  const places: [matrix: number, constraint: number, wire: number][] = [];
  const values: bigint[] = [];
  r1cs.forEachTerm((side, constraint, wire, coefficient) => {
    if (side === "C") return;
    places.push([side === "A" ? 0 : 1, constraint, wire]);
    values.push(coefficient);
  });
  for (let signal = 0; signal <= r1cs.publicSignals; signal++) {
    places.push([0, r1cs.constraints + signal, signal]);
    values.push(1n);
  }
  const once = await curve.Fr.batchToMontgomery(scalarsToBytes(values));
  const twice = await curve.Fr.batchToMontgomery(once);
  const out = new Uint8Array(4 + places.length * 44);
  const view = new DataView(out.buffer);
  view.setUint32(0, places.length, true);
  for (const [index, place] of places.entries()) {
    const offset = 4 + index * 44;
    for (const [word, value] of place.entries()) view.setUint32(offset + word * 4, value, true);
    out.set(twice.subarray(index * 32, index * 32 + 32), offset + 12);
  }
  return out;
}
