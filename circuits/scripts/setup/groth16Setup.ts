import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildBn128 } from "ffjavascript";
import { type VerificationKey, zKey } from "snarkjs";
import { assertContributed } from "../assertContributed.ts";
import type { Circuit } from "./circuitList.ts";
import { developmentZkey } from "./developmentZkey.ts";
import { type R1csFile, readR1cs } from "./readR1cs.ts";
import { solidityVerifier } from "./solidityVerifier.ts";

/**
 * Makes the development proving key, the verification key and the Solidity verifier of a compiled circuit, in `dir`.
 *
 * @throws if circuits.json does not describe the circuit, or if the key came out uncontributed.
 */
export async function groth16Setup(circuit: Circuit, dir: string): Promise<void> {
  const file = (extension: string) => join(dir, `${circuit.name}.${extension}`);
  const r1cs = readR1cs(readFileSync(file("r1cs")));
  checkPower(circuit, r1cs);
  // One thread: other circuits have the other cores.
  writeFileSync(file("zkey"), await developmentZkey(await buildBn128(true), r1cs));
  const key: VerificationKey = await zKey.exportVerificationKey(file("zkey"));
  assertContributed(key);
  writeFileSync(file("vkey.json"), `${JSON.stringify(key, null, 2)}\n`);
  writeFileSync(file("sol"), await solidityVerifier(circuit.verifier.contract, file("zkey"), "development"));
}

function checkPower(circuit: Circuit, r1cs: R1csFile): void {
  const rows = r1cs.constraints + r1cs.publicSignals + 1;
  const needed = Math.ceil(Math.log2(rows));

  if (r1cs.publicSignals !== circuit.publicInputs.length) {
    throw new Error(
      `${circuit.name}: ${r1cs.publicSignals} public signals, circuits.json lists ${circuit.publicInputs.length}`,
    );
  }
  if (needed !== circuit.power) {
    throw new Error(`${circuit.name}: ${rows} rows need power ${needed}, circuits.json says ${circuit.power}`);
  }
}
