import { readFileSync } from "node:fs";
import { buildBn128 } from "ffjavascript";
import { expect, test } from "vitest";
import { DEVELOPMENT_ALPHA_X, DEVELOPMENT_DELTA_X, isDevelopmentKey } from "./developmentKey.ts";
import { circuitArtifacts } from "./setup/artifacts.ts";
import { BEACON_ITERATIONS_EXP, beaconRng } from "./setup/beaconRng.ts";
import { readCircuitList } from "./setup/circuitList.ts";
import { developmentTau } from "./setup/developmentTau.ts";
import { PHASE2_BEACON } from "./setup/developmentZkey.ts";

test("the points that mark development keys follow from the public seeds", async () => {
  const curve = await buildBn128(true);
  const { G1, G2, Fr } = curve;
  const alpha = G1.toObject(G1.toAffine(G1.timesFr(G1.g, developmentTau(curve).alpha)));
  expect(String(alpha[0])).toBe(DEVELOPMENT_ALPHA_X);
  const delta = Fr.fromRng(beaconRng(Buffer.from(PHASE2_BEACON, "hex"), BEACON_ITERATIONS_EXP));
  const [deltaX] = G2.toObject(G2.toAffine(G2.timesFr(G2.g, delta))) as unknown as bigint[][];
  expect(deltaX?.map(String)).toEqual([...DEVELOPMENT_DELTA_X]);
});

test("every key of this checkout is recognised, and one with another alpha and delta is not", () => {
  for (const { name } of readCircuitList()) {
    const key = JSON.parse(readFileSync(circuitArtifacts(name).files.verificationKey, "utf8"));
    expect(isDevelopmentKey(key)).toBe(true);
    // A ceremony on top of the development powers of tau is worth nothing: alpha, beta and tau stay public.
    expect(isDevelopmentKey({ ...key, vk_delta_2: [["1", "2"]] })).toBe(true);
    expect(isDevelopmentKey({ ...key, vk_alpha_1: ["1", "2", "1"] })).toBe(true);
    expect(isDevelopmentKey({ vk_alpha_1: ["1", "2", "1"], vk_delta_2: [["1", "2"]] })).toBe(false);
  }
});
