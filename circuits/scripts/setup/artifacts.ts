import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Circuit, readCircuitList } from "./circuitList.ts";
import { BUILD_DIR, KEYS_DIR, LOCK_FILE, REPOSITORY_DIR } from "./paths.ts";

/** What is locked for each circuit. */
export const ARTIFACT_KINDS = ["r1cs", "wasm", "zkey", "verificationKey", "solidity"] as const;
/** Those that git holds. */
export const COMMITTED_KINDS: readonly ArtifactKind[] = ["verificationKey", "solidity"];
/** Kind of a locked file. */
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

/** The files of one circuit: absolute paths, and the sha256 the lock demands of each (hex). */
export interface CircuitArtifacts {
  name: string;
  publicInputs: readonly string[];
  files: Record<ArtifactKind, string>;
  sha256: Record<ArtifactKind, string>;
}

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const circuitLockSchema = z.strictObject({
  /** development: the key's secret is public, and anyone makes it again. ceremony: made once, by contributors. */
  setup: z.enum(["development", "ceremony"]),
  /** `sourcesHash` of what the circuit was built from. */
  sources: sha256Hex,
  constraints: z.int(),
  r1cs: sha256Hex,
  wasm: sha256Hex,
  zkey: sha256Hex,
  verificationKey: sha256Hex,
  solidity: sha256Hex,
});
const lockSchema = z.strictObject({
  note: z.string(),
  circuits: z.record(z.string(), circuitLockSchema),
});

/** Contents of artifacts.lock.json. */
export type ArtifactLock = z.infer<typeof lockSchema>;
/** What is locked of one circuit. */
export type CircuitLock = z.infer<typeof circuitLockSchema>;

/** Reads artifacts.lock.json; undefined where there is none yet. */
export function readLock(): ArtifactLock | undefined {
  return existsSync(LOCK_FILE) ? lockSchema.parse(JSON.parse(readFileSync(LOCK_FILE, "utf8"))) : undefined;
}

/** sha256 of a file, hex; undefined when it is missing. */
export function sha256File(path: string): string | undefined {
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : undefined;
}

/** Where the files of a circuit belong. */
export function artifactFiles(circuit: Circuit): Record<ArtifactKind, string> {
  const file = (extension: string) => join(BUILD_DIR, `${circuit.name}.${extension}`);
  return {
    r1cs: file("r1cs"),
    wasm: file("wasm"),
    zkey: file("zkey"),
    verificationKey: join(KEYS_DIR, `${circuit.name}.json`),
    solidity: join(REPOSITORY_DIR, circuit.verifier.file),
  };
}

/**
 * The paths and locked hashes of a circuit, without building or checking anything.
 *
 * @throws if the circuit is not in the lock.
 */
export function circuitArtifacts(name: string): CircuitArtifacts {
  const circuit = readCircuitList().find((entry) => entry.name === name);
  const locked = readLock()?.circuits[name];
  if (!circuit || !locked) throw new Error(`circuit "${name}" is not in circuits.json and artifacts.lock.json`);
  const { r1cs, wasm, zkey, verificationKey, solidity } = locked;
  const sha256 = { r1cs, wasm, zkey, verificationKey, solidity };
  return { name, publicInputs: circuit.publicInputs, files: artifactFiles(circuit), sha256 };
}
