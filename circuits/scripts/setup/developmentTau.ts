import { createHash } from "node:crypto";
import type { Curve } from "ffjavascript";
import { BEACON_ITERATIONS_EXP, beaconRng } from "./beaconRng.ts";
import type { TauKey } from "./developmentContribution.ts";

/** The public seed ("beacon") of the development setup. Anyone can recompute tau, alpha and beta from it. */
export const DEVELOPMENT_BEACON = createHash("sha256").update("gristmill development powers of tau").digest("hex");

/** The secrets of the development powers of tau, which are none: a beacon contribution of a public seed. */
export function developmentTau(curve: Curve): TauKey {
  const rng = beaconRng(Buffer.from(DEVELOPMENT_BEACON, "hex"), BEACON_ITERATIONS_EXP);
  const tau = curve.Fr.fromRng(rng);
  const alpha = curve.Fr.fromRng(rng);
  const beta = curve.Fr.fromRng(rng);
  const base = () => curve.G1.toAffine(curve.G1.fromRng(rng));
  return { tau, alpha, beta, tauBase: base(), alphaBase: base(), betaBase: base() };
}

/** `first * step^i` for i below `count`, in Montgomery form. */
export function powersOf(curve: Curve, first: Uint8Array, step: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count * curve.Fr.n8);
  let current = first;
  for (let i = 0; i < count; i++) {
    out.set(current, i * curve.Fr.n8);
    current = curve.Fr.mul(current, step);
  }
  return out;
}
