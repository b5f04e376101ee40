import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { powersOfTau, zKey } from "snarkjs";
import { sha256File } from "../setup/artifacts.ts";
import type { Circuit } from "../setup/circuitList.ts";
import { compileCircuit } from "../setup/compileCircuit.ts";
import { constraintCount } from "../setup/constraintCount.ts";
import { collectErrors } from "./collectErrors.ts";
import { isDevelopmentPowersOfTau } from "./isDevelopmentPowersOfTau.ts";
import { CeremonyError, type Transcript, writeTranscript } from "./transcript.ts";

/** How a ceremony begins. */
export interface StartOptions {
  circuit: Circuit;
  /** Circuit sources; this checkout's unless told. */
  sourceDir?: string;
  /** A prepared powers-of-tau file, of one power more than the circuit's at least. */
  ptau: string;
  /** Which public ceremony it is from, and where it can be had. */
  origin: string;
  /** New folder of the ceremony. */
  dir: string;
  rehearsal?: boolean;
}

/**
 * Compiles the circuit, checks the powers of tau and makes the key that the first contributor starts from.
 *
 * @throws CeremonyError
 */
export async function startCeremony(options: StartOptions): Promise<Transcript> {
  const { circuit, ptau, origin, dir, rehearsal = false } = options;
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0) throw new CeremonyError("transcript", `${dir} is not empty`);
  await checkPowersOfTau(ptau, rehearsal);
  const file = (name: string) => join(dir, name);
  await compileCircuit(circuit, dir, ...(options.sourceDir === undefined ? [] : [options.sourceDir]));
  rmSync(file(`compile-${circuit.name}`), { recursive: true });
  for (const extension of ["sym", "wasm"]) rmSync(file(`${circuit.name}.${extension}`));
  const r1cs = file(`${circuit.name}.r1cs`);

  const { logger, errors } = collectErrors();
  const made = await zKey.newZKey(r1cs, ptau, file("making.zkey"), logger);
  if (made === -1) throw new CeremonyError("powers of tau", errors.join("; "));
  const key = `${circuit.name}.0.zkey`;
  renameSync(file("making.zkey"), file(key));
  const transcript: Transcript = {
    version: 1,
    rehearsal,
    circuit: { name: circuit.name, constraints: constraintCount(r1cs), r1cs: sha256File(r1cs) ?? "" },
    powersOfTau: { file: basename(ptau), origin, power: circuit.power, sha256: sha256File(ptau) ?? "" },
    contributions: [],
    key: { file: key, sha256: sha256File(file(key)) ?? "" },
  };
  writeTranscript(dir, transcript);
  return transcript;
}

/** @throws CeremonyError when the file is no valid powers of tau, or has a public secret and this is no rehearsal */
export async function checkPowersOfTau(ptau: string, rehearsal: boolean): Promise<void> {
  if (sha256File(ptau) === undefined) throw new CeremonyError("powers of tau", `there is no ${ptau}`);
  const { logger, errors } = collectErrors();
  const valid = await powersOfTau.verify(ptau, logger).catch((error: Error) => {
    errors.push(error.message);
    return false;
  });
  if (!valid) throw new CeremonyError("powers of tau", `snarkjs refuses ${basename(ptau)}: ${errors.join("; ")}`);
  if (!rehearsal && isDevelopmentPowersOfTau(ptau))
    throw new CeremonyError("powers of tau", `${basename(ptau)} is the development file: its secret is public`);
}
