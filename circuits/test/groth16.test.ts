import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { buildBn128, type Curve } from "ffjavascript";
import { type Groth16Proof, groth16, type VerificationKey, zKey } from "snarkjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assertContributed, UncontributedKeyError } from "../scripts/assertContributed.ts";
import { circuitArtifacts } from "../scripts/setup/artifacts.ts";
import { compileCircuit } from "../scripts/setup/compileCircuit.ts";
import { developmentPowersOfTau } from "../scripts/setup/developmentPowersOfTau.ts";
import { receiptOf } from "./support/receipts.ts";

const { files } = circuitArtifacts("usage");
const lockedKey = JSON.parse(readFileSync(files.verificationKey, "utf8")) as VerificationKey;

let curve: Curve;
let directory: string;
beforeAll(async () => {
  curve = await buildBn128();
  directory = mkdtempSync(join(tmpdir(), "gristmill-circuits-"));
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await curve.terminate();
});

/**
 * The published forgery of keys without a phase 2 contribution (delta = gamma): A = alpha, B = beta, C = -L with
 * L = IC_0 + sum of input_i * IC_{i+1}. It needs no witness and works for any public inputs.
 */
function forge(key: VerificationKey, inputs: readonly bigint[]): Groth16Proof {
  const { G1, Fr } = curve;
  const point = (coordinates: readonly string[] | undefined) => G1.fromObject((coordinates ?? []).map(BigInt));
  const sum = inputs.reduce(
    (total, input, index) => G1.add(total, G1.timesFr(point(key.IC[index + 1]), Fr.e(input))),
    point(key.IC[0]),
  );
  const [x, y] = G1.toObject(G1.toAffine(G1.neg(sum))).map(String);
  return {
    pi_a: key.vk_alpha_1 as Groth16Proof["pi_a"],
    pi_b: key.vk_beta_2 as Groth16Proof["pi_b"],
    pi_c: [x ?? "", y ?? "", "1"],
    protocol: "groth16",
    curve: "bn128",
  };
}

describe("a key without a contribution, for which anyone can invent usage", () => {
  // A million seconds that never were, under a head that nobody signed.
  const invented = [1n, 2n, 3n, 0n, 1_000_000n];

  test("accepts a forged proof, and is refused by assertContributed", async () => {
    // One tick instead of 16 keeps this setup short; the forgery does not look at the circuit.
    const circuit = {
      name: "bare",
      file: "usage.circom",
      template: "UsageProof",
      params: [1, 60],
      publicInputs: ["context", "origin", "head", "from", "to"],
      power: 9,
      verifier: { contract: "Bare", file: "unused" },
    };
    await compileCircuit(circuit, directory);
    const ptau = join(directory, "9.ptau");
    writeFileSync(ptau, await developmentPowersOfTau(curve, 9));
    await zKey.newZKey(join(directory, "bare.r1cs"), ptau, join(directory, "bare.zkey"));
    const bareKey = await zKey.exportVerificationKey(join(directory, "bare.zkey"));

    expect(await groth16.verify(bareKey, invented.map(String), forge(bareKey, invented))).toBe(true);
    expect(() => assertContributed(bareKey)).toThrow(UncontributedKeyError);
  });

  test("is not the locked key: the same forgery is refused, and assertContributed lets it pass", async () => {
    expect(await groth16.verify(lockedKey, invented.map(String), forge(lockedKey, invented))).toBe(false);
    expect(() => assertContributed(lockedKey)).not.toThrow();
  });

  test("is also refused when delta = -gamma, which is as open", () => {
    const [x, y, z] = lockedKey.vk_gamma_2;
    const negated = (y ?? []).map((coordinate) => (curve.q - BigInt(coordinate)).toString());
    const key = { ...lockedKey, vk_delta_2: [x ?? [], negated, z ?? []] };
    expect(() => assertContributed(key)).toThrow(UncontributedKeyError);
  });
});

describe("a proof holds for its own public inputs only, or it could be replayed", () => {
  let proved: { proof: Groth16Proof; publicSignals: string[] };
  beforeAll(async () => {
    proved = await groth16.fullProve({ ...receiptOf(5) }, files.wasm, files.zkey);
  });

  test("it verifies as it is", async () => {
    expect(await groth16.verify(lockedKey, proved.publicSignals, proved.proof)).toBe(true);
  });

  test.each([
    ["context", 0],
    ["origin", 1],
    ["head", 2],
    ["from", 3],
    ["to", 4],
  ])("not with another %s", async (_name, index) => {
    const signals = proved.publicSignals.map(BigInt);
    for (const other of [(signals[index] ?? 0n) + 1n, FIELD_SIZE - (signals[index] ?? 0n)]) {
      const changed = signals.with(index, other).map(String);
      expect(await groth16.verify(lockedKey, changed, proved.proof)).toBe(false);
    }
  });
});
