import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verificationKeyHash, verificationKeySchema } from "@gristmill/shared/proof/verificationKey";
import { buildBn128 } from "ffjavascript";
import { zKey } from "snarkjs";
import { assertContributed } from "../assertContributed.ts";
import { isDevelopmentKey } from "../developmentKey.ts";
import { sha256File } from "../setup/artifacts.ts";
import type { Circuit } from "../setup/circuitList.ts";
import { compileCircuit } from "../setup/compileCircuit.ts";
import { collectErrors } from "./collectErrors.ts";
import { exportFinalFiles, finalFiles } from "./finishCeremony.ts";
import { keyContributions } from "./keyContributions.ts";
import { checkPowersOfTau } from "./startCeremony.ts";
import { besideTranscript, CeremonyError, readTranscript, type Transcript } from "./transcript.ts";

/** What to check. */
export interface VerifyOptions {
  /** Path of transcript.json; the key's files lie beside it. */
  transcript: string;
  /** Finds a circuit's definition by its name. */
  circuitOf: (name: string) => Circuit | undefined;
  sourceDir?: string;
  /** The powers-of-tau file; beside the transcript under its name unless told. */
  ptau?: string;
  /** Accept a rehearsal, whose key is worth nothing. */
  rehearsal?: boolean;
  onStep?: (line: string) => void;
}

/**
 * Checks a ceremony from its transcript, trusting nothing but this checkout's circuit sources and the public powers-of-tau
 * file: the circuit is compiled again, every contribution follows from the one before it, the beacon is the last, and the
 * exported files are those of the final key.
 *
 * @throws CeremonyError naming the first step that does not check out
 */
export async function verifyCeremony(options: VerifyOptions): Promise<Transcript> {
  const { onStep = () => undefined, rehearsal = false } = options;
  const transcript = readTranscript(options.transcript);
  const { beacon, final, key, contributions } = transcript;
  if (transcript.rehearsal && !rehearsal)
    throw new CeremonyError("transcript", "this was a rehearsal: its key must not guard money");
  if (!beacon || !final) throw new CeremonyError("beacon", "the ceremony has not ended: there is no beacon");
  const circuit = options.circuitOf(transcript.circuit.name);
  if (!circuit) throw new CeremonyError("circuit", `there is no circuit "${transcript.circuit.name}" here`);
  const beside = (file: string) => besideTranscript(options.transcript, file);
  const work = mkdtempSync(join(tmpdir(), "gristmill-ceremony-"));
  const same = (step: CeremonyError["step"], what: string, file: string, expected: string) => {
    const actual = sha256File(file) ?? "no file";
    if (actual !== expected)
      throw new CeremonyError(
        step,
        `${what} is not the one of the transcript (expected sha256 ${expected}, got ${actual})`,
      );
  };
  try {
    await compileCircuit(circuit, work, ...(options.sourceDir === undefined ? [] : [options.sourceDir]));
    const r1cs = join(work, `${circuit.name}.r1cs`);
    same("circuit", "what this checkout's source compiles to", r1cs, transcript.circuit.r1cs);
    onStep(`circuit: ${circuit.name} compiles to the same ${transcript.circuit.constraints} constraints`);

    const ptau = options.ptau ?? beside(transcript.powersOfTau.file);
    same("powers of tau", "the file", ptau, transcript.powersOfTau.sha256);
    await checkPowersOfTau(ptau, transcript.rehearsal);
    onStep(`powers of tau: valid (${transcript.powersOfTau.origin})`);

    const zkey = beside(key.file);
    same("key", "the final key", zkey, key.sha256);
    await checkContributions(zkey, transcript);
    const { logger, errors } = collectErrors();
    if (!(await zKey.verifyFromR1cs(r1cs, ptau, zkey, logger)))
      throw new CeremonyError(
        "key",
        `snarkjs refuses the key for this circuit and these powers of tau: ${errors.join("; ")}`,
      );
    for (const { name, hash } of contributions) onStep(`contribution: ${name}, ${hash}`);
    onStep(`beacon: ${beacon.value} (${beacon.source}), 2^${beacon.iterationsExp} iterations`);

    const names = finalFiles(circuit.name);
    const exported = { key: join(work, "vkey.json"), solidity: join(work, "verifier.sol") };
    await exportFinalFiles(zkey, circuit, exported.key, exported.solidity);
    for (const [what, expected, files] of [
      ["the verification key", final.verificationKey, [exported.key, beside(names.verificationKey)]],
      ["the Solidity verifier", final.solidity, [exported.solidity, beside(names.solidity)]],
    ] as const)
      for (const file of files) same("final files", what, file, expected);
    const verificationKey = verificationKeySchema.parse(JSON.parse(readFileSync(exported.key, "utf8")));
    if (verificationKeyHash(verificationKey) !== final.verificationKeyHash)
      throw new CeremonyError("final files", "the hash that the deployed verifier will answer is another one");
    assertContributed(verificationKey);
    if (!transcript.rehearsal && isDevelopmentKey(verificationKey))
      throw new CeremonyError("key", "alpha or delta is the development one: its secret is public");
    onStep(`final files: verification key ${final.verificationKeyHash}`);
    return transcript;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The key's contributions must be the transcript's, in order, and the beacon after all of them. */
async function checkContributions(zkey: string, { contributions, beacon }: Transcript): Promise<void> {
  const curve = await buildBn128(true);
  const held = await keyContributions(curve, zkey);
  const last = held.pop();
  if (last?.beacon === undefined) throw new CeremonyError("beacon", "the key's last contribution is no beacon");
  if (last.beacon.value !== beacon?.value || last.beacon.iterationsExp !== beacon.iterationsExp)
    throw new CeremonyError(
      "beacon",
      `the key's beacon is ${last.beacon.value}, 2^${last.beacon.iterationsExp} iterations`,
    );
  if (last.hash !== beacon.hash) throw new CeremonyError("beacon", "its hash is not the one of the transcript");
  if (held.length !== contributions.length || held.length === 0)
    throw new CeremonyError("contributions", `the key has ${held.length}, the transcript ${contributions.length}`);
  for (const [index, { name, hash, beacon: early }] of held.entries()) {
    const attested = contributions[index];
    if (early) throw new CeremonyError("contributions", `number ${index + 1} is a beacon, which has no secret`);
    if (attested?.hash !== hash || attested.name !== name)
      throw new CeremonyError(
        "contributions",
        `number ${index + 1} is not the attested one (transcript: ${attested?.name} ${attested?.hash}, key: ${name} ${hash})`,
      );
  }
}
