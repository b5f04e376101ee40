import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildBn128, type Curve } from "ffjavascript";
import { zKey } from "snarkjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BEACON_ITERATIONS_EXP } from "./beaconRng.ts";
import { compileCircuit } from "./compileCircuit.ts";
import { developmentPowersOfTau } from "./developmentPowersOfTau.ts";
import { developmentZkey, PHASE2_BEACON, PHASE2_NAME } from "./developmentZkey.ts";
import { readR1cs } from "./readR1cs.ts";

let curve: Curve;
let directory: string;
const file = (name: string) => join(directory, name);

beforeAll(async () => {
  curve = await buildBn128();
  directory = mkdtempSync(join(tmpdir(), "gristmill-zkey-"));
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await curve.terminate();
});

/** One tick: some Poseidon rounds, range checks, public inputs. */
const circuit = {
  name: "small",
  file: "usage.circom",
  template: "UsageProof",
  params: [1, 60],
  publicInputs: ["context", "origin", "head", "from", "to"],
  power: 9,
  verifier: { contract: "Small", file: "unused" },
};

test("is byte for byte what snarkjs makes from the development powers of tau, and passes its verification", async () => {
  await compileCircuit(circuit, directory);
  writeFileSync(file("10.ptau"), await developmentPowersOfTau(curve, 10));
  await zKey.newZKey(file("small.r1cs"), file("10.ptau"), file("bare.zkey"));
  await zKey.beacon(file("bare.zkey"), file("snarkjs.zkey"), PHASE2_NAME, PHASE2_BEACON, BEACON_ITERATIONS_EXP);

  const ours = await developmentZkey(curve, readR1cs(readFileSync(file("small.r1cs"))));
  expect(Buffer.from(ours).equals(readFileSync(file("snarkjs.zkey")))).toBe(true);
  writeFileSync(file("ours.zkey"), ours);
  expect(await zKey.verifyFromR1cs(file("small.r1cs"), file("10.ptau"), file("ours.zkey"))).toBe(true);
});
