import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verificationKeyHash, verificationKeySchema } from "@gristmill/shared/proof/verificationKey";
import { zKey } from "snarkjs";
import { sha256File } from "../setup/artifacts.ts";
import type { Circuit } from "../setup/circuitList.ts";
import { solidityVerifier } from "../setup/solidityVerifier.ts";
import { collectErrors } from "./collectErrors.ts";
import { CeremonyError, readTranscript, type Transcript, transcriptFile, writeTranscript } from "./transcript.ts";

/** How a ceremony ends. */
export interface FinishOptions {
  dir: string;
  circuit: Circuit;
  beacon: { source: string; value: string; iterationsExp: number };
}

/** Names of the files beside the final key. */
export const finalFiles = (circuit: string) => ({
  verificationKey: `${circuit}.vkey.json`,
  solidity: `${circuit}.sol`,
});

/**
 * Applies the beacon and exports verification key and Solidity verifier.
 *
 * @throws CeremonyError
 */
export async function finishCeremony({ dir, circuit, beacon }: FinishOptions): Promise<Transcript> {
  const transcript = readTranscript(transcriptFile(dir));
  if (transcript.circuit.name !== circuit.name)
    throw new CeremonyError("circuit", `this is the ceremony of ${transcript.circuit.name}`);
  if (transcript.beacon) throw new CeremonyError("beacon", "the ceremony has its beacon already");
  if (transcript.contributions.length === 0) throw new CeremonyError("contributions", "nobody has contributed yet");
  const key = `${circuit.name}.final.zkey`;
  const file = (name: string) => join(dir, name);
  const { logger, errors } = collectErrors();
  const digest = await zKey.beacon(
    file(transcript.key.file),
    file(key),
    "beacon",
    beacon.value,
    beacon.iterationsExp,
    logger,
  );
  if (!digest) throw new CeremonyError("beacon", errors.join("; "));
  const names = finalFiles(circuit.name);
  await exportFinalFiles(file(key), circuit, file(names.verificationKey), file(names.solidity));
  const exported = verificationKeySchema.parse(JSON.parse(readFileSync(file(names.verificationKey), "utf8")));
  const finished: Transcript = {
    ...transcript,
    key: { file: key, sha256: sha256File(file(key)) ?? "" },
    beacon: { ...beacon, hash: Buffer.from(digest).toString("hex") },
    final: {
      verificationKey: sha256File(file(names.verificationKey)) ?? "",
      solidity: sha256File(file(names.solidity)) ?? "",
      verificationKeyHash: verificationKeyHash(exported),
    },
  };
  writeTranscript(dir, finished);
  return finished;
}

/** Writes a key's verification key and Solidity verifier. */
export async function exportFinalFiles(zkey: string, circuit: Circuit, keyFile: string, solidityFile: string) {
  writeFileSync(keyFile, `${JSON.stringify(await zKey.exportVerificationKey(zkey), null, 2)}\n`);
  writeFileSync(solidityFile, await solidityVerifier(circuit.verifier.contract, zkey, "ceremony"));
}
