import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { artifactFiles, readLock } from "../setup/artifacts.ts";
import { LOCK_FILE } from "../setup/paths.ts";
import { finalFiles } from "./finishCeremony.ts";
import { besideTranscript, CeremonyError, type Transcript } from "./transcript.ts";
import { type VerifyOptions, verifyCeremony } from "./verifyCeremony.ts";

/**
 * Verifies a ceremony and makes its key the market's: proving key, verification key, Solidity verifier and lock.
 *
 * @throws CeremonyError, also when the lock's circuit is not the ceremony's
 */
export async function adoptCeremony(options: Omit<VerifyOptions, "rehearsal">): Promise<Transcript> {
  const transcript = await verifyCeremony(options);
  const { name, r1cs } = transcript.circuit;
  const circuit = options.circuitOf(name);
  const lock = readLock();
  const entry = lock?.circuits[name];
  if (!circuit || !lock || entry?.r1cs !== r1cs || !transcript.final)
    throw new CeremonyError("circuit", `artifacts.lock.json has another ${name}: build it and lock it first`);
  const files = artifactFiles(circuit);
  const names = finalFiles(name);
  const sources = { zkey: transcript.key.file, verificationKey: names.verificationKey, solidity: names.solidity };
  for (const kind of ["zkey", "verificationKey", "solidity"] as const) {
    mkdirSync(dirname(files[kind]), { recursive: true });
    copyFileSync(besideTranscript(options.transcript, sources[kind]), files[kind]);
  }
  const { verificationKey, solidity } = transcript.final;
  lock.circuits[name] = { ...entry, setup: "ceremony", zkey: transcript.key.sha256, verificationKey, solidity };
  writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
  return transcript;
}
