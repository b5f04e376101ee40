import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
/** snarkjs' contribution hash: BLAKE2b-512, hex. */
const contributionHash = z.string().regex(/^[0-9a-f]{128}$/);
const text = z.string().min(1).max(64);

/** What a ceremony leaves for everybody to check, step by step. */
export const transcriptSchema = z.strictObject({
  version: z.literal(1),
  /** A rehearsal may stand on the development powers of tau. Its key is worth nothing. */
  rehearsal: z.boolean(),
  circuit: z.strictObject({ name: z.string(), constraints: z.int(), r1cs: sha256Hex }),
  /** `origin`: which public ceremony the file is from, and where it can be had. */
  powersOfTau: z.strictObject({ file: z.string(), origin: z.string().min(1), power: z.int(), sha256: sha256Hex }),
  /** In their order, the beacon not among them. */
  contributions: z.array(z.strictObject({ name: text, hash: contributionHash })),
  /** Key under way, or the final one: `file` beside the transcript. */
  key: z.strictObject({ file: z.string(), sha256: sha256Hex }),
  /** Public randomness that nobody could know when the last contributor ended; `source` says where it is from. */
  beacon: z
    .strictObject({
      source: z.string().min(1),
      value: z.string().regex(/^([0-9a-f]{2}){16,64}$/),
      iterationsExp: z.int().min(10).max(63),
      hash: contributionHash,
    })
    .optional(),
  final: z
    .strictObject({
      verificationKey: sha256Hex,
      solidity: sha256Hex,
      /** What the deployed verifier answers: `verificationKeyHash()`. */
      verificationKeyHash: z.string().regex(/^0x[0-9a-f]{64}$/),
    })
    .optional(),
});
export type Transcript = z.infer<typeof transcriptSchema>;

/** Which step of a ceremony does not check out, and why. */
export class CeremonyError extends Error {
  readonly code = "CEREMONY_REFUSED";
  readonly step: "transcript" | "circuit" | "powers of tau" | "key" | "contributions" | "beacon" | "final files";

  constructor(step: CeremonyError["step"], message: string) {
    super(`${step}: ${message}`);
    this.name = "CeremonyError";
    this.step = step;
  }
}

/** @throws CeremonyError */
export function readTranscript(path: string): Transcript {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CeremonyError("transcript", `${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = transcriptSchema.safeParse(json);
  if (!parsed.success) throw new CeremonyError("transcript", z.prettifyError(parsed.error));
  return parsed.data;
}

/** Writes transcript.json into a ceremony's folder. */
export function writeTranscript(dir: string, transcript: Transcript): void {
  writeFileSync(transcriptFile(dir), `${JSON.stringify(transcriptSchema.parse(transcript), null, 2)}\n`);
}

/** Where a ceremony's transcript is. */
export function transcriptFile(dir: string): string {
  return join(dir, "transcript.json");
}

/** A file that the transcript names, which lies beside it. */
export function besideTranscript(path: string, file: string): string {
  if (file !== file.replace(/[/\\]/g, ""))
    throw new CeremonyError("transcript", `${file} must lie beside the transcript`);
  return join(dirname(path), file);
}
