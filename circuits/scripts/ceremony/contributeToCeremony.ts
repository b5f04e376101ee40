import { join } from "node:path";
import { zKey } from "snarkjs";
import { sha256File } from "../setup/artifacts.ts";
import { collectErrors } from "./collectErrors.ts";
import { CeremonyError, readTranscript, transcriptFile, writeTranscript } from "./transcript.ts";

const LEAST_ENTROPY_CHARACTERS = 20;

/**
 * Adds one contribution to the key of a ceremony's folder. snarkjs mixes the entropy with 64 bytes of the system's own.
 *
 * @param name - who contributes, as it stands in key and transcript.
 * @param entropy - something nobody can guess; it is not kept.
 * @returns the contribution's hash: what the contributor attests in public.
 * @throws CeremonyError
 */
export async function contributeToCeremony(dir: string, name: string, entropy: string): Promise<string> {
  const transcript = readTranscript(transcriptFile(dir));
  if (transcript.beacon) throw new CeremonyError("contributions", "the ceremony has ended with its beacon");
  if (entropy.trim().length < LEAST_ENTROPY_CHARACTERS)
    throw new CeremonyError("contributions", `entropy must have ${LEAST_ENTROPY_CHARACTERS} characters at least`);
  const from = join(dir, transcript.key.file);
  if (sha256File(from) !== transcript.key.sha256)
    throw new CeremonyError("key", `${transcript.key.file} is not the file that the transcript names`);
  const file = `${transcript.circuit.name}.${transcript.contributions.length + 1}.zkey`;
  const { logger, errors } = collectErrors();
  const digest = await zKey.contribute(from, join(dir, file), name, entropy, logger);
  if (!digest) throw new CeremonyError("contributions", errors.join("; "));
  const hash = Buffer.from(digest).toString("hex");
  writeTranscript(dir, {
    ...transcript,
    contributions: [...transcript.contributions, { name, hash }],
    key: { file, sha256: sha256File(join(dir, file)) ?? "" },
  });
  return hash;
}
